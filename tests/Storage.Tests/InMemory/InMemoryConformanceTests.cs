using Orchestration.Storage.Tests.Conformance;

namespace Orchestration.Storage.Tests.InMemory;

/// <summary>The whole conformance suite on this backend.</summary>
public static class InMemoryConformanceTests
{
    public sealed class Appends() : AppendConformance(new InMemoryFixture());

    public sealed class Starts() : StartConformance(new InMemoryFixture());

    public sealed class Due() : DueConformance(new InMemoryFixture());

    public sealed class Ended() : EndedConformance(new InMemoryFixture());

    public sealed class Reads() : ReadConformance(new InMemoryFixture());

    public sealed class Lists() : ListConformance(new InMemoryFixture());

    public sealed class Heartbeats() : HeartbeatConformance(new InMemoryFixture());

    public sealed class Concurrency() : ConcurrencyConformance(new InMemoryFixture());

    public sealed class Faults() : FaultConformance(new InMemoryFixture());

    public sealed class Reminders() : ReminderConformance(new InMemoryFixture());

    public sealed class Memberships() : MembershipConformance(new InMemoryFixture());

    public sealed class Moves() : MoveConformance(new InMemoryFixture());

    public sealed class SmallStates() : SmallStateConformance(new InMemoryFixture());
}
