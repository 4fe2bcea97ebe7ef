using Orchestration.Grains.Interfaces.Workflows;

namespace Orchestration.Grains.Visibility;

/// <summary>
/// One caller's wait for a run's end. It ends once: by the announcement, by its time limit, or because the caller gave up.
/// </summary>
internal sealed class ResultWaiter : IDisposable
{
    private readonly TaskCompletionSource<ResultReply?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _limit;
    private CancellationTokenRegistration _gaveUp;

    /// <summary>Ends with the wait.</summary>
    public Task<ResultReply?> Result => _ended.Task;

    /// <summary>Ends the wait with an answer.</summary>
    public void End(ResultReply? result) => _ended.TrySetResult(result);

    /// <summary>Bounds the wait.</summary>
    public void Limit(TimeProvider time, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (_ended.Task.IsCompleted) return;
        _limit = time.CreateTimer(static waiter => ((ResultWaiter)waiter!).End(null), this, wait, Timeout.InfiniteTimeSpan);
        _gaveUp = cancellationToken.UnsafeRegister(static (waiter, token) =>
            ((ResultWaiter)waiter!)._ended.TrySetCanceled(token), this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _limit?.Dispose();
        _gaveUp.Dispose();
    }
}
