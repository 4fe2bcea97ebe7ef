using Orchestration.Storage.Tests.Conformance;

namespace Orchestration.Storage.Tests.Sqlite;

/// <summary>The whole conformance suite on this backend.</summary>
public static class SqliteConformanceTests
{
    public sealed class Appends() : AppendConformance(new SqliteFixture());

    public sealed class Starts() : StartConformance(new SqliteFixture());

    public sealed class Due() : DueConformance(new SqliteFixture());

    public sealed class Ended() : EndedConformance(new SqliteFixture());

    public sealed class Reads() : ReadConformance(new SqliteFixture());

    public sealed class Lists() : ListConformance(new SqliteFixture());

    public sealed class Heartbeats() : HeartbeatConformance(new SqliteFixture());

    public sealed class Concurrency() : ConcurrencyConformance(new SqliteFixture());

    public sealed class Faults() : FaultConformance(new SqliteFixture());

    public sealed class Reminders() : ReminderConformance(new SqliteFixture());

    public sealed class Memberships() : MembershipConformance(new SqliteFixture());

    public sealed class Moves() : MoveConformance(new SqliteFixture());

    public sealed class SmallStates() : SmallStateConformance(new SqliteFixture());
}
