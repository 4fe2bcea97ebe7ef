using Orchestration.Grains.Interfaces;

namespace Orchestration.Grains.Workflows.Watch;

/// <summary>
/// Lets the code of one run at a time go on, of those in whose code a silo has died before: the next death then names its
/// culprit, and those that were merely beside it stay free of blame. Thread-safe.
/// </summary>
/// <remarks>
/// They also wait for a while after the silo's start, the longer the more deaths they saw: a process that is killed or crashes
/// at about the same moment of its start again and again would else meet the same run each time, since what is woken first is
/// the same each time and code that was never run takes long.
/// </remarks>
internal sealed class SuspectGate(TimeProvider clock) : IDisposable
{
    // As long as clients repeat what they get no answer to.
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _free = new(1);
    private readonly DateTimeOffset _openedAt = clock.GetUtcNow();

    /// <summary>
    /// Whether the silo has started so recently that a message may be the repeat of the one that brought the silo before it
    /// down: what handles it is then counted, as is the code of what a crash left.
    /// </summary>
    public bool IsEarly => clock.GetUtcNow() - _openedAt < Early;

    /// <summary>How long after the silo's start a run waits, at the least, for one death in its code; three times that for
    /// two, and so on.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Waits until the run may go on and no other suspect's code runs; what it returns lets the next one in.</summary>
    public async Task<IDisposable> EnterAsync(int deaths, CancellationToken stop)
    {
        var wait = _openedAt + (Patience * Math.Pow(3, deaths - 1) * (1 + Chance.NextDouble())) - clock.GetUtcNow();
        if (wait > TimeSpan.Zero) await Task.Delay(wait, clock, stop);
        await _free.WaitAsync(stop);
        return new Stay(_free);
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    private sealed class Stay(SemaphoreSlim free) : IDisposable
    {
        private SemaphoreSlim? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
