using Orchestration.Client;
using Orchestration.Grains.Kernel.History;
using Orchestration.Simulation.Checking;
using Orchestration.Simulation.Workload;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Errands;

/// <summary>
/// Several clients send signals and updates with start to one id, whose runs soon end: each is taken by one run, whichever. Some
/// end a run from outside meanwhile.
/// </summary>
/// <param name="id">Its id.</param>
/// <param name="enough">After how many entries a run ends.</param>
/// <param name="senders">How many clients work on it at once.</param>
/// <param name="each">How much each sends.</param>
internal sealed class VisitErrand(string id, int enough, int senders, int each) : Errand(id)
{
    private static readonly StartOptions s_joining = new()
    {
        IdConflict = WorkflowIdConflictPolicy.UseExisting, IdReuse = WorkflowIdReusePolicy.AllowDuplicate,
    };

    private readonly List<LedgerOp> _ops = [];

    protected override async Task DoAsync()
    {
        Doing = "sending";
        await Task.WhenAll(Enumerable.Range(0, senders).Select(SendAsync));
        Doing = "awaiting the last run";
        await AskAsync(async client =>
        {
            try
            {
                await client.GetWorkflow<Visit>(Id).GetResultAsync();
            }
            catch (Exception e) when (e is WorkflowFailed { Status: WorkflowStatus.Terminated } or WorkflowNotFound)
            {
                // Ended from outside; or nothing was sent by a client that lived.
            }

            return true;
        });
        Outcome = "closed";
    }

    public override void Check()
    {
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var run in HistoryChecker.Runs(Cluster).Where(run => run.Key.Key.Id.Value == Id))
        {
            foreach (var payload in HistoryDump.Read(Cluster, run.Key.Key, run.Key.RunId).Select(EntryOf).OfType<Payload>())
            {
                var entry = System.Text.Encoding.UTF8.GetString(payload.Data.Span).Trim('"');
                taken[entry] = taken.GetValueOrDefault(entry) + 1;
            }
        }

        // Of what was refused, since no run was open, the network may have had a copy that the next run took: once, too.
        foreach (var op in _ops)
        {
            var times = taken.GetValueOrDefault(op.Entry!);
            Findings.Require(times <= 1, $"{this}: '{op.Entry}' was taken {times} times");
            Findings.Require(times > 0 || !op.IsAcknowledged, $"{this}: '{op.Entry}' was acknowledged, and no run took it");
        }
    }

    private async Task SendAsync(int sender)
    {
        for (var i = 0; i < each; i++)
        {
            await PauseAsync(1.5);
            var op = new LedgerOp($"{sender}:{i}", Loop.Now);
            _ops.Add(op);
            try
            {
                var kind = Random.Next(10);
                var answer = await Clients.Choose(Random).CallAsync(client => SendAsync(client.GetWorkflow<Visit>(Id), kind, op));
                if (answer.IsKnown) op.Answered = Loop.Now;
            }
            catch (Exception e) when (e is WorkflowClosed or WorkflowNotFound)
            {
                (op.Answered, op.IsRefused) = (Loop.Now, true);
            }

            if (Random.Chance(0.1)) await EndAsync();
        }
    }

    private async Task<bool> SendAsync(IWorkflowHandle<Visit> visit, int kind, LedgerOp op)
    {
        switch (kind)
        {
            case < 3:
                await visit.SignalWithStartAsync(enough, typeof(int), "Add", [op.Entry], s_joining);
                break;
            case < 6:
                Told(op, await visit.UpdateWithStartAsync<string>(
                    enough, typeof(int), "Put", [op.Entry], new UpdateOptions { UpdateId = $"put-{op.Entry}" }, s_joining));
                break;
            case < 8:
                await visit.SignalAsync("Add", [op.Entry]);
                break;
            default:
                Told(op, await visit.UpdateAsync<string>("Put", [op.Entry]));
                break;
        }

        return true;
    }

    private void Told(LedgerOp op, string entry) =>
        Findings.Require(entry == op.Entry, $"{this}: '{op.Entry}' was answered with '{entry}'");

    private async Task EndAsync()
    {
        try
        {
            await Clients.Choose(Random).CallAsync(async client =>
            {
                await client.GetWorkflow<Visit>(Id).TerminateAsync("enough", default);
                return true;
            });
        }
        catch (WorkflowNotFound)
        {
            // Before the first run.
        }
    }

    private static Payload? EntryOf(HistoryEvent happened) => happened switch
    {
        SignalReceived { Name: "Add" } e => e.Arguments[0],
        UpdateAccepted { Name: "Put" } e => e.Arguments[0],
        _ => null,
    };
}
