namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>
/// Lets one in at a time, in the order of the calls: a run's turns that are sent without waiting keep their order.
/// </summary>
internal sealed class FifoGate
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;

    public async ValueTask<Place> EnterAsync()
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_gate)
        {
            before = _last;
            _last = mine.Task;
        }

        await before.ConfigureAwait(false);
        return new Place(mine);
    }

    public readonly struct Place(TaskCompletionSource done) : IDisposable
    {
        public void Dispose() => done.SetResult();
    }
}
