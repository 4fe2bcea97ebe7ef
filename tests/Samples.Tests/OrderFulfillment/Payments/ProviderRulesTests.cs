using Orchestration.OrderFulfillment.Workflows.Payments;
using Orchestration.OrderFulfillment.Workflows.Shipping;

namespace Orchestration.Samples.Tests.OrderFulfillment.Payments;

public sealed class ProviderRulesTests
{
    private static readonly string[] Ids = [.. Enumerable.Range(1, 5000).Select(static i => $"T{i}")];

    [Fact]
    public void Rules_SameSeed_DecideTheSame()
    {
        var (one, other, different) = (new ProviderRules(7), new ProviderRules(7), new ProviderRules(8));

        Assert.Equal(Ids.Select(one.Declines), Ids.Select(other.Declines));
        Assert.Equal(Ids.Select(id => one.OfCharge(id, 1)), Ids.Select(id => other.OfCharge(id, 1)));
        Assert.NotEqual(Ids.Select(one.Declines), Ids.Select(different.Declines));
    }

    [Fact]
    public void Rules_ManyOrders_HaveEveryKindOfTroubleInMeasure()
    {
        var rules = new ProviderRules(7);

        Assert.InRange(Ids.Count(rules.Declines), 150, 250);
        Assert.InRange(Ids.Count(rules.LosesEveryAnswer), 25, 75);
        Assert.Equal(Enum.GetValues<ProviderFault>(), Ids.Select(id => rules.OfCharge(id, 1)).Distinct().Order());
        Assert.InRange(Ids.Count(id => rules.OfRefund(id, 1) != ProviderFault.None), 850, 1150);
    }

    [Fact]
    public void Rules_AfterTheThirdAttempt_OnlyTheJinxedStayInTrouble()
    {
        var rules = new ProviderRules(7);

        Assert.All(Ids, id => Assert.Equal(
            rules.LosesEveryAnswer(id) ? ProviderFault.DroppedAfter : ProviderFault.None, rules.OfCharge(id, 4)));
        Assert.All(Ids, id => Assert.Equal(ProviderFault.None, rules.OfRefund(id, 4)));
        Assert.All(Ids, static id => Assert.False(new Carrier(7).IsBusy(id, 4)));
    }

    [Fact]
    public void Carrier_ManyPlaces_DeliversToMostAndAlwaysToTheSame()
    {
        var carrier = new Carrier(7);
        var served = Ids.Select(city => carrier.DeliversTo(Orders.Somewhere with { City = city })).ToList();

        Assert.InRange(served.Count(static yes => !yes), 220, 380);
        Assert.Equal(
            served, Ids.Select(city => new Carrier(7).DeliversTo(Orders.Somewhere with { City = city, Street = "9 Quayside" })));
    }
}
