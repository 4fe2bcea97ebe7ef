namespace Orchestration.Analyzers.Bans;

/// <summary>The names under which diagnostics tell the code fixes what would mend them.</summary>
internal static class Fixes
{
    /// <summary>The diagnostic's property that carries the name.</summary>
    public const string Property = "Fix";

    public const string UtcDateTime = nameof(UtcDateTime);
    public const string UtcDate = nameof(UtcDate);
    public const string UtcNow = nameof(UtcNow);
    public const string NewGuid = nameof(NewGuid);
    public const string Random = nameof(Random);
    public const string Delay = nameof(Delay);
    public const string Sleep = nameof(Sleep);
    public const string Await = nameof(Await);
    public const string KeepContext = nameof(KeepContext);
    public const string RunInline = nameof(RunInline);
}
