using Orchestration.Testing.Time;

namespace Orchestration.Testing;

/// <content>Its time.</content>
public sealed partial class WorkflowTestEnvironment
{
    /// <summary>The environment's clock. Timers that are set on it are served with the engine's, in order.</summary>
    public TimeProvider Time { get; }

    /// <summary>What the clock shows.</summary>
    public DateTimeOffset UtcNow => _clock.Now;

    /// <summary>
    /// Whether the clock jumps to the next timer while a caller waits and nothing else goes on;
    /// <see cref="WorkflowTestOptions.AutoSkip"/> at first.
    /// </summary>
    public bool AutoSkip
    {
        get => _clock.Skips;
        set => _clock.Skips = value;
    }

    /// <summary>When the next timer is due at which the clock will stop; null where none is set.</summary>
    public DateTimeOffset? NextDue => _clock.NextDue;

    /// <summary>
    /// Moves the clock so far, stopping at every timer on the way, and ends when nothing goes on any more at the time reached.
    /// </summary>
    /// <param name="by">How far; zero or more.</param>
    /// <param name="pastRunningActivities">
    /// Whether the clock moves though the code of activities runs: for those that wait for what this test does next. Else it
    /// waits for them.
    /// </param>
    public Task AdvanceAsync(TimeSpan by, bool pastRunningActivities = false) => _clock.AdvanceAsync(by, pastRunningActivities);

    /// <summary>Ends when nothing goes on at the present time: all waits for the clock, or for this test.</summary>
    /// <inheritdoc cref="AdvanceAsync"/>
    public Task IdleAsync(bool pastRunningActivities = false) => _clock.AdvanceAsync(TimeSpan.Zero, pastRunningActivities);

    /// <summary>Keeps the clock where it is until the result is disposed, however many callers wait.</summary>
    public IDisposable HoldTime()
    {
        _clock.Stop(true);
        return new Release(() => _clock.Stop(false));
    }

    /// <summary>
    /// Waits so long, in virtual time. To be used by activities and by test code, never by workflow code, which has
    /// <c>Context.DelayAsync</c>.
    /// </summary>
    /// <param name="delay">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken = default)
    {
        var attempt = AttemptHold.Current;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var wait = new WaitInTime(_ledger, attempt, done);
        await using var given = cancellationToken.UnsafeRegister(static (w, token) => ((WaitInTime)w!).End(token), wait);
        using var timer = Time.CreateTimer(static w => ((WaitInTime)w!).End(default), wait, delay, Timeout.InfiniteTimeSpan);
        wait.Begin();
        await done.Task;
    }

    private sealed class Release(Action release) : IDisposable
    {
        private Action? _release = release;

        public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
    }
}
