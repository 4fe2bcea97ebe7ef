using Orchestration.Storage.Tests.Conformance;

namespace Orchestration.Storage.Tests.Sqlite;

/// <summary>The whole conformance suite on a file that several processes may have open.</summary>
public static class SharedConformanceTests
{
    private static SqliteFixture Shared() => new() { Configure = static o => o.Shared = true };

    public sealed class Appends() : AppendConformance(Shared());

    public sealed class Starts() : StartConformance(Shared());

    public sealed class Due() : DueConformance(Shared());

    public sealed class Ended() : EndedConformance(Shared());

    public sealed class Reads() : ReadConformance(Shared());

    public sealed class Loads() : LoadConformance(Shared());

    public sealed class Lists() : ListConformance(Shared());

    public sealed class Heartbeats() : HeartbeatConformance(Shared());

    public sealed class Concurrency() : ConcurrencyConformance(Shared());

    public sealed class Faults() : FaultConformance(Shared());

    public sealed class Reminders() : ReminderConformance(Shared());

    public sealed class Sharing() : SharingConformance(Shared());

    public sealed class SmallStates() : SmallStateConformance(Shared());
}
