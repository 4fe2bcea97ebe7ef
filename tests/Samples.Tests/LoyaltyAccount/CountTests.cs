using Orchestration.Samples.LoyaltyAccount;

namespace Orchestration.Samples.Tests.LoyaltyAccount;

public sealed class CountTests
{
    private const long Receipts = 25;

    [Fact]
    public void Count_Everything_IsClean() => Assert.Empty(ViolationsOf(static receipts => receipts));

    [Fact]
    public void Count_AReceiptLost_IsFound() =>
        Assert.NotEmpty(ViolationsOf(static receipts => receipts.Where(static r => r != 7)));

    [Fact]
    public void Count_AReceiptDoubled_IsFound() => Assert.NotEmpty(ViolationsOf(static receipts => receipts.Append(Receipts)));

    [Fact]
    public void Count_TwoReceiptsExchanged_AreFound() =>
        Assert.NotEmpty(ViolationsOf(static receipts => receipts.Select(static r => r == 3 ? 4 : r == 4 ? 3 : r)));

    private static IReadOnlyList<string> ViolationsOf(Func<IEnumerable<long>, IEnumerable<long>> mishap)
    {
        var receipts = Enumerable.Range(1, (int)Receipts).Select(static r => (long)r);
        var state = mishap(receipts).Aggregate(AccountState.New, static (s, r) => s.Take("till-1", r, Till.PointsOf(r)));
        return Count.Violations(state, ["till-1"], Receipts);
    }
}
