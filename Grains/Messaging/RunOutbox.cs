using System.Diagnostics.CodeAnalysis;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Grains.Messaging;

/// <summary>
/// Delivers what an instance's run sends to other runs. What goes to one receiver goes in order, as many as wait in one call, and
/// is repeated with back-off until it is answered for certain. Belongs to the activation's scheduler.
/// </summary>
/// <param name="services">What all workflow grains of the silo share.</param>
/// <param name="grainKey">The sending instance.</param>
/// <param name="answered">Takes each answer, with the run that the message was sent for.</param>
[SuppressMessage("Design", "CA1001", Justification = "The token source has neither timer nor handle.")]
internal sealed class RunOutbox(WorkflowServices services, string grainKey, Action<RunId, RunMessage, RunCallReply> answered)
{
    private const int LargestBatch = 200;
    private const int LargestBatchBytes = 1 << 20;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Sends a message after all that were sent to its receiver before.</summary>
    /// <param name="owner">The run that it is sent for; its answer counts only while that run is the instance's latest.</param>
    /// <param name="message">The message.</param>
    /// <param name="repeated">Whether it may have been delivered before.</param>
    public void Send(RunId owner, RunMessage message, bool repeated)
    {
        if (_stop.IsCancellationRequested) return;
        var target = message.Target.ToGrainKey();
        var isNew = !_lanes.TryGetValue(target, out var lane);
        if (isNew) _lanes.Add(target, lane = new Lane());
        lane!.Waiting.AddLast(new Entry(owner, message, repeated));
        if (isNew) _ = RunAsync(target, lane);
    }

    /// <summary>Forgets what has not been answered: the run that sent it is not the instance's latest any more.</summary>
    public void Reset()
    {
        foreach (var lane in _lanes.Values) lane.Dropped = true;
        _lanes.Clear();
    }

    /// <summary>
    /// Sends nothing more. Calls under way are not waited for: what they were to bring is sent again by the next activation, and
    /// two that leave at once and wait for each other would do so for ever.
    /// </summary>
    public void Stop() => _stop.Cancel();

    private async Task RunAsync(string target, Lane lane)
    {
        // What a turn sends is sent once all of it is known, so that it goes in one call.
        await Task.Yield();
        var delay = FirstDelay;
        while (!lane.Dropped && !_stop.IsCancellationRequested && lane.Waiting.Count > 0)
        {
            if (await DeliverAsync(target, lane))
            {
                delay = FirstDelay;
                continue;
            }

            try
            {
                await Task.Delay(delay, services.Clock, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }

        if (!lane.Dropped) _lanes.Remove(target);
    }

    /// <returns>Whether something was answered for certain.</returns>
    private async Task<bool> DeliverAsync(string target, Lane lane)
    {
        var batch = Batch(lane);
        RunCallReply[]? replies = null;
        try
        {
            replies = await services.Grains.GetGrain<IWorkflowRunGrain>(target).DeliverAsync(
                [.. batch.Select(static e => RunCalls.Of(e.Message, e.Repeated))]);
        }
        catch (Exception e)
        {
            // Whether it arrived is unknown: it is sent again, and the receiver knows what it has taken.
            services.Log.ReceiverSilent(e, target, grainKey);
        }

        if (lane.Dropped || _stop.IsCancellationRequested) return false;
        var certain = 0;
        while (certain < replies?.Length && replies[certain].Answer != RunCallAnswer.TryAgain) certain++;
        for (var i = 0; i < batch.Count; i++) lane.Waiting.RemoveFirst();
        for (var i = batch.Count - 1; i >= certain; i--) lane.Waiting.AddFirst(batch[i] with { Repeated = true });
        for (var i = 0; i < certain; i++) answered(batch[i].Owner, batch[i].Message, replies![i]);
        return certain > 0;
    }

    private static List<Entry> Batch(Lane lane)
    {
        var batch = new List<Entry>();
        var bytes = 0L;
        foreach (var entry in lane.Waiting)
        {
            bytes += 200 + (entry.Message.Arguments?.Sum(static a => (long)a.Data.Length) ?? 0);
            if (batch.Count > 0 && (batch.Count == LargestBatch || bytes > LargestBatchBytes)) break;
            batch.Add(entry);
        }

        return batch;
    }

    private sealed record Entry(RunId Owner, RunMessage Message, bool Repeated);

    private sealed class Lane
    {
        public LinkedList<Entry> Waiting { get; } = [];

        public bool Dropped { get; set; }
    }
}
