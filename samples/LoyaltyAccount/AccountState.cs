using System.Collections.Immutable;

namespace Orchestration.Samples.LoyaltyAccount;

/// <summary>All that an account knows: what one run hands to the next.</summary>
/// <param name="Run">Which run of the account this is, from 1.</param>
/// <param name="Balance">The points on it.</param>
/// <param name="Redeemed">The points that were redeemed.</param>
/// <param name="OutOfOrder">How many receipts came twice, or without the one before them. Never any, the engine says.</param>
/// <param name="Tills">What came from each till.</param>
public sealed record AccountState(
    int Run, long Balance, long Redeemed, int OutOfOrder, ImmutableSortedDictionary<string, TillState> Tills)
{
    /// <summary>A new account.</summary>
    public static AccountState New { get; } = new(1, 0, 0, 0, ImmutableSortedDictionary<string, TillState>.Empty);

    /// <summary>What came from a till.</summary>
    public TillState Of(string till) => Tills.GetValueOrDefault(till, TillState.None);

    /// <summary>Takes a receipt: more points, or with a negative number fewer.</summary>
    public AccountState Take(string till, long receipt, long points)
    {
        var before = Of(till);
        var after = new TillState(receipt, before.Receipts + 1, before.Earned + Math.Max(points, 0));
        return this with
        {
            Balance = Balance + points,
            Redeemed = Redeemed + Math.Max(-points, 0),
            OutOfOrder = OutOfOrder + (receipt == before.LastReceipt + 1 ? 0 : 1),
            Tills = Tills.SetItem(till, after),
        };
    }
}

/// <summary>What came from a till.</summary>
/// <param name="LastReceipt">The number of its latest receipt.</param>
/// <param name="Receipts">How many came.</param>
/// <param name="Earned">The points that were earned there.</param>
public sealed record TillState(long LastReceipt, long Receipts, long Earned)
{
    /// <summary>Nothing.</summary>
    public static TillState None { get; } = new(0, 0, 0);
}
