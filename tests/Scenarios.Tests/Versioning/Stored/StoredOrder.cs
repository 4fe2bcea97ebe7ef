using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Versioning.Stored;

/// <summary>
/// Code as of today, of which the folder Histories has runs of older forms: the first one neither insured nor told the customer;
/// the second one insured under the patch "insure".
/// </summary>
[Workflow("stored-order")]
public sealed class StoredOrder : Workflow<StoredOrder.Order, string>
{
    private bool _approved;
    private int _price;

    [Signal]
    public void Approve() => _approved = true;

    [Update]
    public async Task<int> RepriceAsync(int price)
    {
        await Context.Effects().DoAsync($"reprice {price}");
        return _price = price;
    }

    public override async Task<string> RunAsync(Order input)
    {
        _price = input.Price;
        await WorkflowTasks.WhenAll(input.Items.Select(i => Context.Effects().DoAsync($"reserve {i}")));
        if (!await Context.WhenAsync(() => _approved, TimeSpan.FromDays(2))) return "expired";
        if (Context.Patched("insure")) await Context.Effects().DoAsync("insure");
        await Context.DelayAsync(TimeSpan.FromHours(1));
        var shipped = await Context.Child<StoredShipment>($"{Context.WorkflowId}-shipment").ExecuteAsync(input.Items.Length);
        if (Context.Patched("tell")) await Context.Effects().DoAsync("tell");
        return $"{shipped} for {_price}";
    }

    /// <summary>What is ordered.</summary>
    public sealed record Order(string[] Items, int Price);
}
