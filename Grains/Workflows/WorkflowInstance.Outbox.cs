using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Messaging;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// What the instance's runs owe others: messages of the open run, and of an ended one until they have all been taken.
internal sealed partial class WorkflowInstance
{
    private RunOutbox? _outbox; // most runs send nothing
    private OwingRun? _owing;

    private RunOutbox Outbox => _outbox ??= new RunOutbox(_services, _grainKey, OnAnswered);

    /// <summary>Sends again what a reloaded run has recorded and nobody has answered.</summary>
    private void ResendUnanswered(OpenRun open)
    {
        foreach (var message in open.Run.UnansweredMessages()) Outbox.Send(open.Key.RunId, message, repeated: true);
    }

    /// <summary>Tells others of a run's end, until all of them have heard; then the run is closed for good.</summary>
    private void SettleEnded(OpenRun ended, bool repeated)
    {
        _outbox?.Reset();
        _owing = null;
        if (ended.Run.Owed.Count == 0) return;
        _owing = new OwingRun(ended, ended.Run.Owed.ToDictionary(static m => m.Number));
        foreach (var message in ended.Run.Owed) Outbox.Send(ended.Key.RunId, message, repeated);
    }

    /// <summary>What the run that is to follow takes over of what an ended one still owes.</summary>
    private RunCarry? TakeOver() => _owing is { } owing
        ? new RunCarry { Owed = [.. owing.Messages.Values.OrderBy(static m => m.Number)] }
        : null;

    private void OnAnswered(RunId owner, RunMessage message, RunCallReply reply)
    {
        if (_open is { } open && open.Key.RunId == owner)
        {
            Post(new InboxEntry(RunCalls.ToStimulus(message, reply), awaited: false));
        }
        else if (_owing is { } owing && owing.Run.Key.RunId == owner && owing.Messages.Remove(message.Number)
            && owing.Messages.Count == 0)
        {
            _ = CloseForGoodAsync(owing);
        }
    }

    private async Task CloseForGoodAsync(OwingRun owing)
    {
        try
        {
            var summary = owing.Run.Summary! with { State = RunState.Closed, WakeAt = null };
            if (await _services.Writer.WriteSummaryAsync(owing.Run, summary, _tenure.Stop)
                && _closed is { } closed && closed.Record.Key == owing.Run.Key)
                _closed = closed with { Record = closed.Record with { Summary = summary } };
        }
        catch (OperationCanceledException)
        {
            // The activation is going: the next one asks again, and is told that all is taken.
        }

        if (ReferenceEquals(_owing, owing)) _owing = null;
        if (!_tenure.IsLeaving) Settle();
    }

    private sealed record OwingRun(OpenRun Run, Dictionary<long, RunMessage> Messages);
}
