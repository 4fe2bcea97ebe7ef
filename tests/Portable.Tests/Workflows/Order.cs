using Orchestration.Workflows;

namespace Orchestration.Portable.Tests.Workflows;

/// <summary>A bit of everything: activities, a wait for a message, a saga that takes back what it did.</summary>
[Workflow("portable-order")]
public sealed class Order : Workflow<OrderInput, string>
{
    private string? _approvedBy;
    private int _changes;

    [Query]
    public string? ApprovedBy() => _approvedBy;

    [Signal]
    public void Approve(string by) => _approvedBy = by;

    [Update]
    public int Change(int by) => _changes += by;

    [UpdateValidator(nameof(Change))]
    public void CanChange(int by)
    {
        if (by <= 0) throw new ApplicationFailure($"{by} changes nothing.", "no-change");
    }

    public override async Task<string> RunAsync(OrderInput order)
    {
        var warehouse = Context.Activities<IWarehouse>(new()
        {
            StartToCloseTimeout = TimeSpan.FromSeconds(30),
            Retry = new() { InitialInterval = TimeSpan.FromMilliseconds(10) },
        });
        return await Context.SagaAsync(async saga =>
        {
            saga.Compensate(() => warehouse.ReleaseAsync(order.Article, 1));
            var reserved = await warehouse.ReserveAsync(order.Article, 1);
            var flaky = await warehouse.FlakyAsync(order.Article);
            await Context.WhenAsync(() => _approvedBy is not null);
            if (order.Fails) await warehouse.ReserveAsync(order.Article, -1);
            await Context.DelayAsync(TimeSpan.FromMilliseconds(20));
            return $"{reserved}, {flaky}, approved by {_approvedBy}, {_changes} changes";
        });
    }
}
