using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Messaging;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Idle;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Outgoing;

/// <summary>
/// What the runs of an instance owe others (invariant 7): messages of the open run, and of an ended one until they have all been
/// taken, which only then is closed for good. Most runs send nothing and have none. Belongs to the activation's scheduler.
/// </summary>
internal sealed class RunDebts
{
    private readonly WorkflowServices _services;
    private readonly IDebtPort _port;
    private readonly Tenure _tenure;
    private readonly RunOutbox _outbox;
    private OwingRun? _owing;

    /// <summary>None yet.</summary>
    /// <param name="services">What all workflow grains of the silo share.</param>
    /// <param name="grainKey">The instance.</param>
    /// <param name="port">Takes answers, and is told that all is settled.</param>
    /// <param name="tenure">The activation's time.</param>
    public RunDebts(WorkflowServices services, string grainKey, IDebtPort port, Tenure tenure)
    {
        _services = services;
        _port = port;
        _tenure = tenure;
        _outbox = new RunOutbox(services, grainKey, OnAnswered);
    }

    /// <summary>Whether an ended run still owes something.</summary>
    public bool IsOwing => _owing is not null;

    /// <summary>Sends a message of the open run until it is answered.</summary>
    public void Send(RunId owner, RunMessage message, bool repeated) => _outbox.Send(owner, message, repeated);

    /// <summary>Tells others of a run's end, until all of them have heard; then the run is closed for good.</summary>
    public void SettleEnded(OpenRun ended, bool repeated)
    {
        Drop();
        if (ended.Run.Owed.Count == 0) return;
        _owing = new OwingRun(ended, ended.Run.Owed.ToDictionary(static m => m.Number));
        foreach (var message in ended.Run.Owed) _outbox.Send(ended.Key.RunId, message, repeated);
    }

    /// <summary>What the run that is to follow takes over of what an ended one still owes.</summary>
    public RunCarry? TakeOver() => _owing is { } owing
        ? new RunCarry { Owed = [.. owing.Messages.Values.OrderBy(static m => m.Number)] }
        : null;

    /// <summary>What the run before still owed, the one that follows has taken over.</summary>
    public void Drop()
    {
        Forget();
        _owing = null;
    }

    /// <summary>The activation steps down: what has not been answered is sent again by the next one.</summary>
    public void Forget() => _outbox.Reset();

    /// <summary>The activation leaves, and sends nothing more.</summary>
    public void Stop() => _outbox.Stop();

    private void OnAnswered(RunId owner, RunMessage message, RunCallReply reply)
    {
        if (_port.TakeAnswer(owner, message, reply)) return;
        if (_owing is { } owing && owing.Run.Key.RunId == owner && owing.Messages.Remove(message.Number)
            && owing.Messages.Count == 0)
            _ = CloseForGoodAsync(owing);
    }

    private async Task CloseForGoodAsync(OwingRun owing)
    {
        RunSummary? written = null;
        try
        {
            var summary = owing.Run.Summary! with { State = RunState.Closed, WakeAt = null };
            if (await _services.Writer.WriteSummaryAsync(owing.Run, summary, _tenure.Stop)) written = summary;
        }
        catch (OperationCanceledException)
        {
            // The activation is going: the next one asks again, and is told that all is taken.
        }

        if (ReferenceEquals(_owing, owing)) _owing = null;
        _port.NoteSettled(owing.Run.Key, written);
    }

    private sealed record OwingRun(OpenRun Run, Dictionary<long, RunMessage> Messages);
}
