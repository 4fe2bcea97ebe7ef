using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.Tests.Conformance;

namespace Orchestration.AzureStorage.Tests;

/// <summary>
/// The same with three logs that are flushed again and again, and whose segments have a few blocks: most is in packs and tables.
/// </summary>
public static class FlushedLogConformanceTests
{
    private static AzureFixture Fixture() => new(AzureStorageForm.SharedLog, static options =>
    {
        options.Logs = 3;
        options.FlushBytes = 2048;
        options.SegmentBlocks = 5;
    });

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
}
