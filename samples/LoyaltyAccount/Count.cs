using System.Globalization;

namespace Orchestration.Samples.LoyaltyAccount;

/// <summary>What the tills sent, counted by themselves, held against what the account has.</summary>
public static class Count
{
    /// <summary>What does not fit; empty where nothing was lost, doubled or put out of order.</summary>
    public static IReadOnlyList<string> Violations(AccountState account, IReadOnlyCollection<string> tills, long receipts)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(tills);
        long earned = 0, redeemed = 0;
        for (long receipt = 1; receipt <= receipts; receipt++)
        {
            earned += Math.Max(Till.PointsOf(receipt), 0);
            redeemed += Math.Max(-Till.PointsOf(receipt), 0);
        }

        var violations = new List<string>();
        Check("receipts out of order", account.OutOfOrder, 0);
        Check("points redeemed", account.Redeemed, redeemed * tills.Count);
        Check("points on the account", account.Balance, (earned - redeemed) * tills.Count);
        foreach (var till in tills)
        {
            Check($"receipts of {till}", account.Of(till).Receipts, receipts);
            Check($"points earned at {till}", account.Of(till).Earned, earned);
        }

        return violations;

        void Check(string what, long found, long expected)
        {
            if (found != expected)
                violations.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {found}, but the tills count {expected}"));
        }
    }
}
