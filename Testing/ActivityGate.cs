using Orchestration.Testing.Time;

namespace Orchestration.Testing;

/// <summary>
/// Where the code of test activities waits until the test lets it go on. While it waits the clock is not held by it, so that
/// timers, timeouts and cancellations come meanwhile. Thread-safe.
/// </summary>
public sealed class ActivityGate
{
    private readonly Lock _gate = new();
    private readonly List<Waiter> _waiting = [];
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _open;

    /// <summary>Ends when the first activity has come to the gate.</summary>
    public Task Reached => _reached.Task;

    /// <summary>How many wait at it now.</summary>
    public int Waiting
    {
        get { lock (_gate) return _waiting.Count; }
    }

    /// <summary>Waits until the gate is open.</summary>
    /// <param name="cancellationToken">Ends the wait; mostly the attempt's token.</param>
    public async Task WaitAsync(CancellationToken cancellationToken = default)
    {
        var waiter = new Waiter(AttemptHold.Current);
        lock (_gate)
        {
            if (_open) return;
            _waiting.Add(waiter);
        }

        _reached.TrySetResult();
        waiter.Begin();
        await using var given = cancellationToken.UnsafeRegister(static (w, token) => ((Waiter)w!).Done.TrySetCanceled(token),
            waiter);
        try
        {
            await waiter.Done.Task;
        }
        finally
        {
            lock (_gate) _waiting.Remove(waiter);
            waiter.End();
        }
    }

    /// <summary>Opens the gate, for good: whoever waits goes on, and whoever comes passes.</summary>
    public void Open()
    {
        Waiter[] waiting;
        lock (_gate)
        {
            _open = true;
            waiting = [.. _waiting];
        }

        // The clock is held again before the code can hear of it.
        foreach (var waiter in waiting) waiter.End();
        foreach (var waiter in waiting) waiter.Done.TrySetResult();
    }

    private sealed class Waiter(AttemptHold? attempt)
    {
        private int _ended;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Begin() => attempt?.LetGo();

        public void End()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0) attempt?.TakeUp();
        }
    }
}
