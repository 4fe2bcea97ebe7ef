using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Storage.Tests.Conformance;

namespace Orchestration.Storage.Tests.InMemory;

/// <summary>The store in memory; it is as durable as the object.</summary>
public sealed class InMemoryFixture : StoreFixture
{
    public override IHistoryStore History { get; } = new InMemoryHistoryStore();

    public override IReminderStore Reminders { get; } = new InMemoryReminderStore();

    public override ISmallStateStore SmallState { get; } = new InMemorySmallStateStore();

    public override IMembershipStore Membership { get; } = new InMemoryMembershipStore();

    public override IDataSetReader Reader =>
        new InMemoryDataSetReader((InMemoryHistoryStore)History, (InMemorySmallStateStore)SmallState);

    public override Task OpenAsync() => Task.CompletedTask;

    public override Task ReopenAsync() => Task.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
