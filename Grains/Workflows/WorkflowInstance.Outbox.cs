using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messaging;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Outgoing;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// What the effects of the instance's runs, and what its runs owe others, reach of it.
internal sealed partial class WorkflowInstance : IRunPort, IDebtPort
{
    private RunDebts? _debts; // most runs send nothing

    private RunDebts Debts => _debts ??= new RunDebts(_services, _grainKey, this, _tenure);

    /// <summary>Sends again what a reloaded run has recorded and nobody has answered.</summary>
    private void ResendUnanswered(OpenRun open)
    {
        foreach (var message in open.Run.UnansweredMessages()) Debts.Send(open.Key.RunId, message, repeated: true);
    }

    private void SettleEnded(OpenRun ended, bool repeated)
    {
        if (_debts is not null || ended.Run.Owed.Count > 0) Debts.SettleEnded(ended, repeated);
    }

    void IRunPort.Post(RunId run, Stimulus stimulus)
    {
        if (_tenure.IsLeaving) _missed = run;
        else if (_open?.Key.RunId == run) Post(new InboxEntry(stimulus, awaited: false));
    }

    Action IRunPort.Marshal(Action action) => _activation.Marshal(action);

    void IRunPort.Send(RunId run, RunMessage message) => Debts.Send(run, message, repeated: false);

    bool IDebtPort.TakeAnswer(RunId owner, RunMessage message, RunCallReply reply)
    {
        if (_open?.Key.RunId != owner) return false;
        Post(new InboxEntry(RunCalls.ToStimulus(message, reply), awaited: false));
        return true;
    }

    void IDebtPort.NoteSettled(StoreKey run, RunSummary? summary)
    {
        if (summary is not null && _closed is { } closed && closed.Record.Key == run)
            _closed = closed with { Record = closed.Record with { Summary = summary } };
        Settle();
    }
}
