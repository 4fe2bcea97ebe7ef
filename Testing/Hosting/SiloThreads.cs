using Orchestration.Grains.Activities;
using Orchestration.Grains.Hosting;
using Orchestration.Testing.Time;
using Orchestration.Workflows;

namespace Orchestration.Testing.Hosting;

/// <summary>
/// The engine's threads in an environment: its own work goes to the silo's lane; the code of activities runs on the thread pool
/// as in a silo, or in turn with the rest, and holds the clock meanwhile. Thread-safe.
/// </summary>
internal sealed class SiloThreads(Lane lane, WorkLedger ledger, ClientCalls calls, bool attemptsInTurn) : EngineThreads
{
    private readonly Lock _gate = new();
    private readonly HashSet<AttemptHold> _holds = [];

    /// <inheritdoc/>
    public override bool TakesAll => true;

    /// <inheritdoc/>
    public override void Queue(IThreadPoolWorkItem item) => lane.Queue(item);

    /// <inheritdoc/>
    public override Task Run(Func<Task> work) => lane.RunAsync(work);

    /// <inheritdoc/>
    public override void Held(Thread thread)
    {
        base.Held(thread);
        lane.PassBy(thread);
    }

    /// <inheritdoc/>
    public override void GivenUp(Thread thread) => lane.GiveUp(thread);

    /// <inheritdoc/>
    public override void FirstTurnHeld(Thread thread, WorkflowKey key, TimeSpan held)
    {
        calls.Fail(key.ToGrainKey(), new WorkflowStalled(
            key, $"its code has held its first turn for {held.TotalSeconds:0.#} s, an endless loop most likely. Nothing was "
            + "recorded. A workflow is to await what takes time, and a loop in it to come to an end."));
        lane.GiveUp(thread);
    }

    /// <inheritdoc/>
    public override void Start(ActivityAttempt attempt)
    {
        var hold = new AttemptHold(ledger);
        lock (_gate)
        {
            if (lane.IsClosed) return;
            _holds.Add(hold);
        }

        hold.Begin();
        attempt.Tag = hold;
        var start = new AttemptStart(attempt, hold, lane);
        if (attemptsInTurn) lane.Dispatch(start);
        else ThreadPool.UnsafeQueueUserWorkItem(start, preferLocal: false);
    }

    /// <inheritdoc/>
    public override void Told(ActivityAttempt attempt)
    {
        if (attempt.Tag is not AttemptHold hold) return;
        if (attempt.IsEnded) hold.End();
        else hold.Told();
    }

    /// <inheritdoc/>
    public override void Ended(ActivityAttempt attempt)
    {
        if (attempt.Tag is not AttemptHold hold) return;
        lock (_gate) _holds.Remove(hold);
        hold.End();
    }

    /// <summary>The silo is dead: what its activities still do is of no concern to the clock.</summary>
    public void Abandon()
    {
        AttemptHold[] holds;
        lock (_gate)
        {
            holds = [.. _holds];
            _holds.Clear();
        }

        foreach (var hold in holds) hold.End();
    }

    private sealed class AttemptStart(ActivityAttempt attempt, AttemptHold hold, Lane lane) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (lane.IsClosed) return;

            // What the attempt's first part leaves in async locals is its own.
            ExecutionContext.Run(ExecutionContext.Capture()!, static state =>
            {
                var self = (AttemptStart)state!;
                AttemptHold.Current = self.Hold;
                ((IThreadPoolWorkItem)self.Attempt).Execute();
            }, this);
        }

        private ActivityAttempt Attempt => attempt;

        private AttemptHold Hold => hold;
    }
}
