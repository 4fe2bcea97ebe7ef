namespace Orchestration.Runtime.Activations;

/// <summary>Runs hooks that may not take longer than a limit. One that ends at once costs no timer.</summary>
internal static class TimeLimit
{
    /// <summary>
    /// Runs a hook. At the limit, or when told to hurry, its token is cancelled and it is no longer awaited.
    /// </summary>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public static async Task RunAsync(
        Func<CancellationToken, Task> hook, TimeSpan limit, TimeProvider time, Activation activation, CancellationToken hurry)
    {
        // Linked only once the hook turns out to take time: most do not.
        using var giveUp = new CancellationTokenSource();
        if (hurry.IsCancellationRequested) await giveUp.CancelAsync();
        var running = hook(giveUp.Token);
        if (!running.IsCompleted)
        {
            await using var hurried = hurry.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), giveUp);
            await using var timer = time.CreateTimer(
                static source => ((CancellationTokenSource)source!).Cancel(), giveUp, limit, Timeout.InfiniteTimeSpan);
            try
            {
                await running.WaitAsync(giveUp.Token);
            }
            catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
            {
                if (!running.IsCompleted)
                    throw new TimeoutException(
                        $"A hook of {activation} was abandoned: it did not end within {limit} or by the silo's end.");
            }
        }

        await running;
    }
}
