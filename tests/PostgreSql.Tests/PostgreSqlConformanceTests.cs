using Orchestration.PostgreSql.Tests.Server;
using Orchestration.Storage.Tests.Conformance;

namespace Orchestration.PostgreSql.Tests;

/// <summary>The whole conformance suite on this backend.</summary>
public static class PostgreSqlConformanceTests
{
    public sealed class Appends() : AppendConformance(new PostgreSqlFixture());

    public sealed class Starts() : StartConformance(new PostgreSqlFixture());

    public sealed class Due() : DueConformance(new PostgreSqlFixture());

    public sealed class Ended() : EndedConformance(new PostgreSqlFixture());

    public sealed class Reads() : ReadConformance(new PostgreSqlFixture());

    public sealed class Lists() : ListConformance(new PostgreSqlFixture());

    public sealed class Heartbeats() : HeartbeatConformance(new PostgreSqlFixture());

    public sealed class Concurrency() : ConcurrencyConformance(new PostgreSqlFixture());

    public sealed class Faults() : FaultConformance(new PostgreSqlFixture());

    public sealed class Reminders() : ReminderConformance(new PostgreSqlFixture());

    public sealed class Memberships() : MembershipConformance(new PostgreSqlFixture());

    public sealed class Sharing() : SharingConformance(new PostgreSqlFixture());

    public sealed class Moves() : MoveConformance(new PostgreSqlFixture());

    public sealed class SmallStates() : SmallStateConformance(new PostgreSqlFixture());
}
