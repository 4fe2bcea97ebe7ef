namespace Orchestration.Analyzers.Bans;

/// <summary>Clocks and chance.</summary>
internal static partial class BanTable
{
    private const string UseUtcNow = "use Context.UtcNow";

    private static void AddTime(Dictionary<string, Dictionary<string, Ban>> table)
    {
        Add(table, new(Rules.Clock, UseUtcNow, Fixes.UtcDateTime), "System.DateTime", "UtcNow", "Now");
        Add(table, new(Rules.Clock, UseUtcNow, Fixes.UtcDate), "System.DateTime", "Today");
        Add(table, new(Rules.Clock, UseUtcNow, Fixes.UtcNow), "System.DateTimeOffset", "UtcNow", "Now");
        Add(table, new(Rules.Clock, UseUtcNow, Fixes.UtcNow), "System.TimeProvider", "System");
        Add(table, new(Rules.Clock, UseUtcNow), "System.Environment", "TickCount", "TickCount64");
        Add(table, new(Rules.Clock, "subtract two values of Context.UtcNow"), "System.Diagnostics.Stopwatch",
            "StartNew", "GetTimestamp", "GetElapsedTime", New);
    }

    private static void AddChance(Dictionary<string, Dictionary<string, Ban>> table)
    {
        Add(table, new(Rules.Chance, "use Context.NewGuid()", Fixes.NewGuid), "System.Guid", "NewGuid", "CreateVersion7");
        Add(table, new(Rules.Chance, "use Context.Random", Fixes.Random), "System.Random", "Shared");
        Add(table, new(Rules.Chance, "use Context.Random", Fixes.Random, TakesNothing), "System.Random", New);
        Add(table, new(Rules.Chance, "use Context.Random, or an activity where the value has to be secret"),
            "System.Security.Cryptography.RandomNumberGenerator");
        Add(table, new(Rules.Chance, "use Context.NewGuid()"), "System.IO.Path", "GetRandomFileName");
        var hash = new Ban(Rules.Surroundings, "compare the values themselves, or use a hash with a fixed definition");
        Add(table, hash, "System.String System.StringComparer System.Runtime.CompilerServices.RuntimeHelpers", "GetHashCode");
        Add(table, hash, "System.HashCode", "Combine", "ToHashCode");
    }
}
