using System.Diagnostics.CodeAnalysis;

namespace Orchestration.Client;

/// <summary>
/// Gives up calls that were under way when this client lost its connection to a silo, or the cluster lost a silo, and that nobody
/// has answered soon after. Such a call may have gone with its silo, and a runtime that does not look for it finds that out only
/// by the call's own time limit (Orleans, 30 s). Its outcome is unknown, as that of one whose time limit has passed. Thread-safe.
/// </summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "Its source has no timer and no handle, and calls may outlive whoever would dispose it.")]
internal sealed class GatewayLosses(TimeProvider time)
{
    /// <summary>
    /// How long those calls may still take, as one that goes on by another silo does. One that takes longer is repeated though it
    /// is not lost, which costs a call.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private CancellationTokenSource _calls = new();

    /// <summary>Ends some time after the next loss. To be taken before a call is sent.</summary>
    public CancellationToken Next => Volatile.Read(ref _calls).Token;

    /// <summary>A connection to a silo was lost, or a silo.</summary>
    public void Report() => _ = GiveUpAsync(Interlocked.Exchange(ref _calls, new CancellationTokenSource()));

    /// <summary>The answer of a call, unless it is given up.</summary>
    /// <param name="call">The call.</param>
    /// <param name="lost"><see cref="Next"/>, from before it was sent.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TimeoutException">It was given up; its outcome is unknown.</exception>
    public static async Task<T> AnswerAsync<T>(Task<T> call, CancellationToken lost, CancellationToken cancellationToken)
    {
        try
        {
            return await call.WaitAsync(lost).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException e) when (e.CancellationToken == lost)
        {
            _ = call.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default); // whatever it ends with later has been asked for again
            throw new TimeoutException("A silo, or the connection to it, was lost while the call was under way.", e);
        }
    }

    private async Task GiveUpAsync(CancellationTokenSource calls)
    {
        await Task.Delay(Grace, time);
        await calls.CancelAsync();
    }
}
