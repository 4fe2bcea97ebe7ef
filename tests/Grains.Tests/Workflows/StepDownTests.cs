using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>An activation that steps down leaves nobody to go on with its run; it sees to it that somebody does.</summary>
public sealed class StepDownTests
{
    [Fact]
    public async Task ForeignRecord_WithNobodyAsking_TheRunGoesOnSoonAllTheSame()
    {
        var inner = new InMemoryHistoryStore();
        await using var silo = await TestSilo.StartAsync(
            inner, TestHosting.All, services: static s => s.AddSingleton(new World()));
        await silo.Client.GetWorkflow<Sleeper>("s").StartAsync(TimeSpan.FromMilliseconds(700));
        await Eventually.EventuallyAsync(
            async () => (await inner.FindAsync(new WorkflowKey("s")))!.Summary.State,
            static state => state == RunState.Parked, "it is parked");

        // A cancellation that another activation wrote, of which this one knows nothing: its next append is in conflict.
        var record = (await inner.FindAsync(new WorkflowKey("s")))!;
        var page = await inner.ReadAsync(record.Key, record.Handle, 1);
        var at = record.StartedAt.ToUnixTimeMilliseconds();
        var foreign = await inner.AppendAsync(new AppendRequest
        {
            Key = record.Key, Handle = record.Handle, ExpectedSequence = page.Batches.Sum(static b => b.EventCount),
            TurnId = new TurnId(Guid.NewGuid(), 1), EventCount = 1, Format = 1,
            Body = System.Text.Encoding.UTF8.GetBytes($$"""[{"type":"run-cancel-requested","at":{{at}},"reason":"elsewhere"}]"""),
        });
        Assert.Equal(AppendOutcome.Appended, foreign.Outcome);

        // Its timer meets the conflict, and nobody repeats a timer.
        await Eventually.EventuallyAsync(
            async () => (await inner.FindAsync(new WorkflowKey("s")))!.Summary.State,
            static state => state == RunState.Closed, "it has gone on from what is stored");
        Assert.Equal(WorkflowStatus.Canceled, (await inner.FindAsync(new WorkflowKey("s")))!.Summary.Status);
    }
}
