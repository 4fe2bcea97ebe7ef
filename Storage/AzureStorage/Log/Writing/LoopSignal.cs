using System.Threading.Tasks.Sources;

namespace Orchestration.Storage.AzureStorage.Log.Writing;

/// <summary>
/// What a loop waits for while it has nothing to do. Any thread sets it, one loop waits for it; what was set while nobody waited
/// ends the next wait at once.
/// </summary>
internal sealed class LoopSignal : IValueTaskSource
{
    private const int None = 0, IsSet = 1, IsWaitedFor = 2;

    private ManualResetValueTaskSourceCore<bool> _wait;
    private int _state;

    /// <summary>Ends when it is set.</summary>
    public ValueTask WaitAsync()
    {
        _wait.Reset();
        if (Interlocked.CompareExchange(ref _state, IsWaitedFor, None) == None) return new ValueTask(this, _wait.Version);
        Volatile.Write(ref _state, None);
        return ValueTask.CompletedTask;
    }

    /// <summary>Sets it.</summary>
    /// <param name="goesOnHere">
    /// Whether the loop, if it waits, goes on within this call, on this thread, up to where it waits next: no other thread has to
    /// wake up first then. Not under a lock.
    /// </param>
    public void Set(bool goesOnHere = false)
    {
        if (Interlocked.Exchange(ref _state, IsSet) != IsWaitedFor) return;
        Volatile.Write(ref _state, None);
        _wait.RunContinuationsAsynchronously = !goesOnHere;
        _wait.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);
}
