namespace Orchestration.Tests.Support.Storage;

/// <summary>A write that a test holds back.</summary>
public sealed class StoreHold
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends once the write has arrived and waits.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets the write go on.</summary>
    public void Release() => _released.TrySetResult();

    internal Task ArriveAsync()
    {
        _reached.TrySetResult();
        return _released.Task;
    }
}
