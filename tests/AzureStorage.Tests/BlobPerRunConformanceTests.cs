using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.Tests.Conformance;

namespace Orchestration.AzureStorage.Tests;

/// <summary>The whole conformance suite on this form, with segments of a few blocks, so that they are passed over.</summary>
public static class BlobPerRunConformanceTests
{
    private static AzureFixture Fixture() => new(AzureStorageForm.BlobPerRun, static options => options.SegmentBlocks = 7);

    public sealed class Appends() : AppendConformance(Fixture());

    public sealed class Starts() : StartConformance(Fixture());

    public sealed class Due() : DueConformance(Fixture());

    public sealed class Ended() : EndedConformance(Fixture());

    public sealed class Reads() : ReadConformance(Fixture());

    public sealed class Lists() : ListConformance(Fixture());

    public sealed class Heartbeats() : HeartbeatConformance(Fixture());

    public sealed class Concurrency() : ConcurrencyConformance(Fixture());

    public sealed class Faults() : FaultConformance(Fixture());

    public sealed class Moves() : MoveConformance(Fixture());

    public sealed class Sharing() : SharingConformance(Fixture());

    public sealed class Reminders() : ReminderConformance(Fixture());

    public sealed class Memberships() : MembershipConformance(Fixture());

    public sealed class SmallStates() : SmallStateConformance(Fixture());
}
