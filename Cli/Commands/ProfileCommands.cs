using System.CommandLine;
using Orchestration.Cli.Settings;

namespace Orchestration.Cli.Commands;

/// <summary><c>orchestration profile ...</c></summary>
internal static class ProfileCommands
{
    /// <summary>Makes them.</summary>
    public static Command Make(GlobalOptions options) => new("profile", "The clusters of the configuration file.")
    {
        Leaf.Make(options, "list", "Lists the profiles, and where the file is.", (context, _) =>
        {
            var path = CliSettings.FilePath(Environment.GetEnvironmentVariable);
            var file = CliSettings.ReadFile(Environment.GetEnvironmentVariable);
            context.Printer.Line(file is null ? $"{path} is not there; docs/cli.md shows its form." : path);
            foreach (var (name, profile) in file?.Profiles ?? [])
                context.Printer.Raw(System.Text.Json.JsonSerializer.SerializeToElement(
                    new Dictionary<string, string?> { ["name"] = name, ["address"] = profile.Address, ["namespace"] =
                        profile.Namespace }));
            context.Printer.Table(
                ["PROFILE", "ADDRESS", "NAMESPACE", "KEY FILE"],
                (file?.Profiles ?? []).Select(p => (IReadOnlyList<string>)
                [
                    p.Key + (p.Key == file!.Default ? " *" : ""), p.Value.Address ?? CliSettings.DefaultAddress,
                    p.Value.Namespace ?? "default", p.Value.ApiKeyFile ?? "",
                ]));
            return Task.CompletedTask;
        }),
    };
}
