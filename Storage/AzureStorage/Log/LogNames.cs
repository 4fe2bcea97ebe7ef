using System.Globalization;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>Names of the blobs of one log; docs/azure.md lists them.</summary>
internal sealed class LogNames(int log)
{
    public string Root { get; } = string.Create(CultureInfo.InvariantCulture, $"logs/{log:D2}/");

    public string Manifest => Root + "manifest";

    public string FlushLease => Root + "flushing";

    public string Segments => Root + "segments/";

    /// <summary>
    /// A segment. Its number alone does not name it: of several silos that would make the next one, the log itself says whose
    /// counts.
    /// </summary>
    public string Segment(long number, Guid id) => string.Create(
        CultureInfo.InvariantCulture, $"{Root}segments/{number:D8}-{id:N}");

    /// <summary>The lease by which silos hold a segment.</summary>
    public static string? LeaseOf(string segment) =>
        Guid.TryParseExact(segment[(segment.LastIndexOf('-') + 1)..], "N", out var id) ? id.ToString() : null;

    public string Tables => Root + "tables/";

    public string Table(Guid id) => $"{Tables}{id:N}";

    public string Packs => Root + "packs/";

    public string Pack(Guid id) => $"{Packs}{id:N}";

    public string Body(RunRef run, Guid id) => $"{Root}bodies/{run.Instance:x32}/{run.Run:N}/{id:N}";

    public string Bodies(RunRef run) => $"{Root}bodies/{run.Instance:x32}/{run.Run:N}/";
}
