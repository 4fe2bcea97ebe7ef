namespace Orchestration.Tests.Support.Storage;

/// <summary>A write or a reading that a test holds back.</summary>
public sealed class StoreHold
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends once the call has arrived and waits.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets the call go on.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>As the call: waits until it is let go.</summary>
    public Task ArriveAsync()
    {
        _reached.TrySetResult();
        return _released.Task;
    }
}
