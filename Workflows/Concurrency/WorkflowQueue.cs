namespace Orchestration.Workflows;

/// <summary>Those who wait for something, first come, first served; a wait that is cancelled leaves the queue.</summary>
internal sealed class WorkflowQueue<T>
{
    private readonly LinkedList<Waiter> _waiting = [];

    public int Count => _waiting.Count;

    /// <summary>Waits at the end of the queue.</summary>
    public Task<T> Add(CancellationToken? given, string whenCanceled, object? brought = null)
    {
        var token = given ?? WorkflowContext.Ambient?.CancellationToken ?? CancellationToken.None;
        if (token.IsCancellationRequested) return Task.FromException<T>(Canceled(whenCanceled));
        var waiter = new Waiter { Brought = brought };
        var place = _waiting.AddLast(waiter);
        if (token.CanBeCanceled)
        {
            waiter.Registration = token.UnsafeRegister(_ =>
            {
                if (place.List is null) return;
                _waiting.Remove(place);
                waiter.SetException(Canceled(whenCanceled));
            }, null);
        }

        return waiter.Task;
    }

    /// <summary>Ends the longest wait.</summary>
    /// <returns>False where nobody waits.</returns>
    public bool TryEnd(T value) => TryEnd(value, out _);

    /// <summary>Ends the longest wait, and gives what the waiting code brought.</summary>
    public bool TryEnd(T value, out object? brought)
    {
        brought = null;
        if (Take() is not { } waiter) return false;
        brought = waiter.Brought;
        waiter.SetResult(value);
        return true;
    }

    /// <summary>Ends all waits.</summary>
    public void FailAll(Func<Exception> failure)
    {
        while (Take() is { } waiter) waiter.SetException(failure());
    }

    private Waiter? Take()
    {
        if (_waiting.First is not { } first) return null;
        _waiting.RemoveFirst();
        first.Value.Registration.Unregister();
        return first.Value;
    }

    private static Canceled Canceled(string message) =>
        (Canceled)RecordedFailures.ToException(new FailureInfo { Kind = FailureKind.Canceled, Message = message });

    private sealed class Waiter : TaskCompletionSource<T>
    {
        public CancellationTokenRegistration Registration { get; set; }

        public object? Brought { get; init; }
    }
}
