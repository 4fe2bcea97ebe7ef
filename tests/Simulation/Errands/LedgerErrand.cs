using Orchestration.Client;
using Orchestration.Simulation.Checking;
using Orchestration.Simulation.Workload;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Errands;

/// <summary>
/// Several clients, and perhaps a workflow, add to a ledger, read it and close it, and all that they saw is held against the
/// sequential model of one.
/// </summary>
/// <param name="id">Its id.</param>
/// <param name="input">Its input.</param>
/// <param name="senders">How many clients work on it at once.</param>
/// <param name="each">How much each does.</param>
/// <param name="relayed">How many entries another workflow adds.</param>
internal sealed class LedgerErrand(string id, LedgerInput input, int senders, int each, int relayed) : Errand(id)
{
    private readonly List<LedgerOp> _ops = [];

    public override string Details => ", unanswered are " + string.Join(' ', _ops.Where(static o => o.Answered is null)
        .Select(static o => $"{o.Entry ?? "a query"} of {TimeSpan.FromTicks(o.Invoked)}"));

    protected override async Task DoAsync()
    {
        Doing = "starting";
        var rivals = Random.Chance(0.3);
        await Task.WhenAll(Enumerable.Range(0, rivals ? 2 : 1).Select(i => StartAsync(
            client => client.GetWorkflow<Ledger>(Id).StartAsync(input, i == 0 ? OneRun : OneRun with
            {
                IdConflict = WorkflowIdConflictPolicy.UseExisting,
            }), hasRivals: rivals)));
        Doing = "sending";
        var relay = relayed > 0 ? RelayAsync() : Task.CompletedTask;
        var tasks = Enumerable.Range(0, senders).Select(SendAsync).ToList();
        if (Random.Chance(0.3)) tasks.Add(WatchAsync());
        // The last ones may come too late.
        if (Random.Chance(0.5)) await Task.WhenAll(tasks);
        await relay;
        await PauseAsync(1);
        Doing = "finishing";
        var finished = await FinishAsync();
        Doing = "awaiting the last senders";
        await Task.WhenAll(tasks);
        Doing = "awaiting the result";
        var result = await AskAsync(client => client.GetWorkflow<Ledger>(Id).GetResultAsync());
        LedgerModel.Check(ToString(), result, finished, _ops, Findings);
        Outcome = "closed";
    }

    private async Task SendAsync(int sender)
    {
        for (var i = 0; i < each; i++)
        {
            await PauseAsync(0.5);
            var kind = Random.Next(10);
            if (kind >= 8)
            {
                await ReadAsync();
                continue;
            }

            // Now and then it is read in the midst of the turn.
            var sending = kind < 4 ? AddAsync($"{sender}:{i}") : PutAsync($"{sender}:{i}");
            var reading = Random.Chance(0.3) ? ReadAsync() : Task.CompletedTask;
            await sending;
            await reading;
        }
    }

    /// <summary>Reads again and again, in the midst of turns too.</summary>
    private async Task WatchAsync()
    {
        for (var i = 0; i < 20; i++)
        {
            await PauseAsync(0.2);
            await ReadAsync();
        }
    }

    private async Task AddAsync(string entry)
    {
        var op = Begin(entry);
        await JudgeAsync(op, async () =>
        {
            var answer = await Clients.Choose(Random).CallAsync(async client =>
            {
                await client.GetWorkflow<Ledger>(Id).SignalAsync("Add", [entry]);
                return true;
            });
            return answer.IsKnown;
        });
    }

    private async Task PutAsync(string entry)
    {
        var op = Begin(entry);
        await JudgeAsync(op, async () =>
        {
            // Under the same id another client may repeat what the first one, which died, may have done.
            for (var tries = 0; tries == 0 || Random.Chance(0.6); tries++)
            {
                var answer = await Clients.Choose(Random).CallAsync(client => client.GetWorkflow<Ledger>(Id).UpdateAsync<int>(
                    "Put", [entry], new UpdateOptions { UpdateId = $"put-{entry}" }));
                if (!answer.IsKnown) continue;
                op.Place = answer.Value;
                return true;
            }

            return false;
        });
    }

    private async Task ReadAsync()
    {
        var op = Begin(null);
        op.IsConsistent = Random.Chance(0.5);
        try
        {
            var answer = await Clients.Choose(Random).CallAsync(client => client.GetWorkflow<Ledger>(Id).QueryAsync<string[]>(
                "Read", [], new QueryOptions { Consistent = op.IsConsistent }));
            if (!answer.IsKnown) return;
            op.Read = answer.Value;
            op.Answered = Loop.Now;
        }
        catch (QueryFailed)
        {
            // Asked between two runs; whoever reads may be told to come again.
        }
    }

    private async Task<int> FinishAsync() => await AskAsync(client => client.GetWorkflow<Ledger>(Id).UpdateAsync<int>(
        "Finish", [], new UpdateOptions { UpdateId = "finish" }));

    private async Task RelayAsync()
    {
        var relay = $"{Id}-relay";
        var ops = Enumerable.Range(0, relayed).Select(i => Begin(Relay.Entry(i))).ToArray();
        await StartAsync(client => client.GetWorkflow<Relay>(relay).StartAsync(new(Id, relayed), OneRun));
        await AskAsync(client => client.GetWorkflow<Relay>(relay).GetResultAsync());
        foreach (var op in ops) op.Answered = Loop.Now;
    }

    private LedgerOp Begin(string? entry)
    {
        var op = new LedgerOp(entry, Loop.Now);
        _ops.Add(op);
        return op;
    }

    private async Task JudgeAsync(LedgerOp op, Func<Task<bool>> act)
    {
        try
        {
            if (await act()) op.Answered = Loop.Now;
        }
        catch (WorkflowClosed)
        {
            (op.Answered, op.IsRefused) = (Loop.Now, true);
        }
    }
}
