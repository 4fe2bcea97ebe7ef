namespace Orchestration.Simulation.Time;

/// <summary>
/// The one thread of a simulated cluster: takes one step at a time, of whichever party the seed says, and when nobody has one,
/// lets
/// time jump to the next timer. It lives on a thread pool of one thread: what a step leaves to the pool runs there, in the order
/// in which it was left, and time stands until all of it has run. So the course depends on the seed alone.
/// </summary>
internal sealed class SimLoop : IThreadPoolWorkItem
{
    private readonly List<SimLane> _ready = [];
    private readonly PriorityQueue<SimTimer, (long Due, long Order)> _timers = new();
    private readonly ManualResetEventSlim _ended = new();
    private Func<bool> _done = static () => true;
    private long _end;
    private long _lastStep;
    private bool _isDone;
    private long _order;
    private ulong _course = 14695981039346656037;

    public SimLoop(ulong seed)
    {
        Random = new SimRandom(seed);
        World = new SimLane(this, "world");
    }

    /// <summary>What all that is left to chance is drawn from.</summary>
    public SimRandom Random { get; }

    /// <summary>The lane of what is outside of all parties: the network, the disks, fate.</summary>
    public SimLane World { get; }

    /// <summary>Ticks of 100 ns since the beginning.</summary>
    public long Now { get; private set; }

    /// <summary>How many steps were taken.</summary>
    public long Steps { get; private set; }

    /// <summary>A digest of the course so far: the same for the same seed.</summary>
    public ulong Course => _course;

    /// <summary>What escaped from steps.</summary>
    public List<(string Lane, Exception Error)> Errors { get; } = [];

    /// <summary>Told of each step as it begins: to find out where two courses part.</summary>
    public Action<string>? Watcher { get; set; }

    /// <summary>Runs until a condition holds. Called from a thread that is not the pool's.</summary>
    /// <returns>False where time or steps ran out first, or where nothing would ever happen any more.</returns>
    public bool Run(Action begin, Func<bool> done, TimeSpan limit, long maximumSteps)
    {
        ThreadPool.GetMaxThreads(out var threads, out _);
        if (threads != 1) throw new InvalidOperationException($"A simulation needs a thread pool of one thread, not {threads}.");
        _done = done;
        _ended.Reset();
        _end = Now + limit.Ticks;
        _lastStep = Steps + maximumSteps;
        World.Post(_ => begin(), null);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        _ended.Wait();
        return _isDone;
    }

    void IThreadPoolWorkItem.Execute()
    {
        _isDone = _done();
        var goesOn = !_isDone && Steps < _lastStep;
        if (goesOn && _ready.Count > 0) Step();
        else if (goesOn && ThreadPool.PendingWorkItemCount == 0) goesOn = Jump(_end);
        if (goesOn) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        else _ended.Set();
    }

    /// <summary>Calls back after a while.</summary>
    public SimTimer After(SimLane lane, TimeSpan wait, Action callback)
    {
        var timer = new SimTimer(lane, callback);
        Arm(timer, wait.Ticks);
        return timer;
    }

    /// <summary>Lets the world's time pass.</summary>
    public Task DelayAsync(TimeSpan wait)
    {
        var passed = new TaskCompletionSource();
        After(World, wait, () => passed.TrySetResult());
        return passed.Task;
    }

    internal void Arm(SimTimer timer, long wait)
    {
        timer.Version++;
        timer.Due = wait > long.MaxValue / 2 ? long.MaxValue : Now + Math.Max(0, wait);
        timer.Armed = timer.Version;
        _timers.Enqueue(timer, (timer.Due, ++_order));
    }

    internal void Ready(SimLane lane)
    {
        _ready.Add(lane);
    }

    /// <summary>Adds something to the digest of the course.</summary>
    public void Note(ulong what) => _course = (_course ^ what) * 1099511628211;

    private void Step()
    {
        var index = _ready.Count == 1 ? 0 : Random.Next(_ready.Count);
        var lane = _ready[index];
        if (!lane.TryTake(out var step))
        {
            // Nothing left, or its party is paused or dead.
            _ready[index] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            return;
        }

        Steps++;
        Note(lane.Number);
        Watcher?.Invoke($"{Steps} {TimeSpan.FromTicks(Now)} {lane.Name}: {step}");
        try
        {
            step.Run(lane);
        }
        catch (Exception e)
        {
            Errors.Add((lane.Name, e));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    private bool Jump(long end)
    {
        while (_timers.TryDequeue(out var timer, out var at))
        {
            if (timer.Armed != timer.Version || timer.Due != at.Due || timer.Lane.IsClosed) continue;
            if (at.Due > end)
            {
                _timers.Enqueue(timer, at);
                return false;
            }

            if (at.Due > Now) Now = at.Due;
            Note((ulong)Now);
            timer.Armed = 0;
            timer.Lane.Post(timer);
            return true;
        }

        return false;
    }
}
