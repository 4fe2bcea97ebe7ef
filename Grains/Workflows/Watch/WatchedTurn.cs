using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Workflows.Watch;

/// <summary>What a thread is at, for the watch over turns. Written by that thread, read by the watch.</summary>
internal sealed class WatchedTurn
{
    private IWatchedCode? _code;

    /// <summary>The thread.</summary>
    public Thread Thread { get; } = Thread.CurrentThread;

    /// <summary>The code that the thread runs; null where it runs none.</summary>
    public IWatchedCode? Code
    {
        get => Volatile.Read(ref _code);
        set => Volatile.Write(ref _code, value);
    }

    /// <summary>When it began, by the clock's timestamp.</summary>
    public long Began { get; set; }

    /// <summary>Whether it was reported.</summary>
    public bool Reported { get; set; }

    /// <summary>Whether the run was marked, or is being marked.</summary>
    public bool Marked { get; set; }

    /// <summary>What the store was told of the run while its turn went on; null where nothing.</summary>
    public RunSummary? Written { get; set; }
}
