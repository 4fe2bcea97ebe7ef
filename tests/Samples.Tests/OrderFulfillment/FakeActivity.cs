using Orchestration.Workflows;

namespace Orchestration.Samples.Tests.OrderFulfillment;

/// <summary>An attempt without an engine.</summary>
internal sealed class FakeActivity(string key, int attempt = 1) : ActivityContext
{
    public override WorkflowKey Workflow => new(WorkflowKey.DefaultNamespace, new WorkflowId("order-1"));

    public override RunId RunId => throw new NotSupportedException();

    public override string ActivityType => "Test.Step";

    public override int Attempt => attempt;

    public override string IdempotencyKey => key;

    public override CancellationToken CancellationToken => CancellationToken.None;

    public override ActivityCancellationReason CancellationReason => ActivityCancellationReason.None;

    public override void Heartbeat(object? details = null)
    {
    }

    public override bool TryGetHeartbeatDetails<T>(out T? details) where T : default
    {
        details = default;
        return false;
    }
}
