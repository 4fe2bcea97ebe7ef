using Orchestration.Runtime.Activations;

namespace Orchestration.Simulation.Time;

/// <summary>
/// One party's steps: a silo's process, a client's, or the world's. A paused one takes none (SIGSTOP), a closed one is dead:
/// what it was about to do never happens.
/// </summary>
internal sealed class SimLane(SimLoop loop, string name) : SynchronizationContext, ITurnDispatcher
{
    private readonly Queue<SimStep> _steps = new();
    private bool _isReady;
    private bool _isPaused;

    public string Name => name;

    public SimLoop Loop => loop;

    /// <summary>For the digest of the course.</summary>
    public ulong Number { get; init; }

    public bool IsClosed { get; private set; }

    public bool IsPaused
    {
        get => _isPaused;
        set
        {
            _isPaused = value;
            if (!value) Awake();
        }
    }

    /// <summary>The party dies.</summary>
    public void Close()
    {
        IsClosed = true;
        _steps.Clear();
    }

    public void Dispatch(IThreadPoolWorkItem item) => Add(new SimStep(item, null, InContext: false));

    public void Queue(IThreadPoolWorkItem item) => Add(new SimStep(item, null, InContext: true));

    public void Post(SimTimer timer) => Add(new SimStep(timer, null, InContext: true));

    public override void Post(SendOrPostCallback d, object? state) => Add(new SimStep(d, state, InContext: true));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <inheritdoc cref="RunAsync(Func{Task})"/>
    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(state => _ = CompleteAsync(work, done), null);
        return done.Task;
    }

    /// <summary>Runs asynchronous work here.</summary>
    public Task RunAsync(Func<Task> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(state => _ = CompleteAsync(work, done), null);
        return done.Task;
    }

    internal bool TryTake(out SimStep step)
    {
        step = default;
        if (!IsClosed && !_isPaused && _steps.TryDequeue(out step)) return true;
        _isReady = false;
        return false;
    }

    private static async Task CompleteAsync<T>(Func<Task<T>> work, TaskCompletionSource<T> done)
    {
        try
        {
            done.TrySetResult(await work());
        }
        catch (OperationCanceledException e)
        {
            done.TrySetCanceled(e.CancellationToken);
        }
        catch (Exception e)
        {
            done.TrySetException(e);
        }
    }

    private static async Task CompleteAsync(Func<Task> work, TaskCompletionSource done)
    {
        try
        {
            await work();
            done.TrySetResult();
        }
        catch (OperationCanceledException e)
        {
            done.TrySetCanceled(e.CancellationToken);
        }
        catch (Exception e)
        {
            done.TrySetException(e);
        }
    }

    private void Add(in SimStep step)
    {
        if (IsClosed) return;
        _steps.Enqueue(step);
        Awake();
    }

    private void Awake()
    {
        if (_isReady || _isPaused || IsClosed || _steps.Count == 0) return;
        _isReady = true;
        loop.Ready(this);
    }
}
