using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.Tests.Conformance;

namespace Orchestration.AzureStorage.Tests;

/// <summary>
/// The whole conformance suite on this form: all that is written stays in the log, as it does until the first flush.
/// </summary>
public static class SharedLogConformanceTests
{
    private static AzureFixture Fixture() => new(AzureStorageForm.SharedLog);

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
