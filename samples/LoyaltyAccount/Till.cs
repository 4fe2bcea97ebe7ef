using Orchestration.Client;
using Orchestration.Workflows;

namespace Orchestration.Samples.LoyaltyAccount;

/// <summary>
/// A till that sends numbered receipts, one after the other. Every tenth is a voucher; before it, the till tries one that nobody
/// can afford, which leaves no trace.
/// </summary>
public sealed class Till(IWorkflowHandle<Account> account, int number)
{
    private const long VoucherEvery = 10;
    private const long VoucherPoints = 5;

    /// <summary>Its name.</summary>
    public string Name { get; } = $"till-{number}";

    /// <summary>The points that a receipt is worth; below zero: what its voucher costs.</summary>
    public static long PointsOf(long receipt) => receipt % VoucherEvery == 0 ? -VoucherPoints : 1 + receipt % 7;

    /// <summary>
    /// Sends its receipts up to a number. It asks the account for the last one that it has: whatever an earlier process sent is
    /// there, or never will be.
    /// </summary>
    public async Task SendAsync(long upTo, Action<long>? sent, CancellationToken cancellationToken)
    {
        var state = await account.QueryAsync(static a => a.State, cancellationToken: cancellationToken);
        for (var receipt = state.Of(Name).LastReceipt + 1; receipt <= upTo; receipt++)
        {
            if (PointsOf(receipt) > 0) await EarnAsync(receipt, cancellationToken);
            else await RedeemAsync(receipt, cancellationToken);
            sent?.Invoke(receipt);
        }
    }

    private Task EarnAsync(long receipt, CancellationToken cancellationToken)
    {
        var points = PointsOf(receipt);
        return account.SignalAsync(a => a.Earn(Name, receipt, points), cancellationToken: cancellationToken);
    }

    private async Task RedeemAsync(long receipt, CancellationToken cancellationToken)
    {
        try
        {
            await account.UpdateAsync(a => a.Redeem(Name, receipt, long.MaxValue), cancellationToken: cancellationToken);
            throw new InvalidOperationException("The account gave a voucher that nobody can afford.");
        }
        catch (UpdateRejected)
        {
            // As it should.
        }

        // Under an id of its own an update takes effect once, however often and by whomever it is sent.
        var points = -PointsOf(receipt);
        await account.UpdateAsync(
            a => a.Redeem(Name, receipt, points), new UpdateOptions { UpdateId = $"{Name}-{receipt}" }, cancellationToken);
    }
}
