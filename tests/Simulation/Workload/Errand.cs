using Orchestration.Client;
using Orchestration.Simulation.Checking;
using Orchestration.Simulation.Cluster;
using Orchestration.Simulation.Time;

namespace Orchestration.Simulation.Workload;

/// <summary>What one client does with one workflow, and what it saw; each knows what must have come of it.</summary>
internal abstract class Errand(string id)
{
    public string Id => id;

    public bool IsDone { get; private set; }

    /// <summary>What it is doing, for messages.</summary>
    public string Doing { get; protected set; } = "nothing yet";

    /// <summary>Does it; whatever fails in between is repeated by the client library.</summary>
    public async Task RunAsync(SimClient client, SimRandom random, Findings findings)
    {
        try
        {
            await DoAsync(client.Workflows, client, random, findings);
        }
        catch (Exception e)
        {
            findings.Add($"{this}: while {Doing}: {e}");
        }

        IsDone = true;
    }

    public override string ToString() => $"{GetType().Name} '{id}'";

    protected abstract Task DoAsync(IWorkflowClient client, SimClient host, SimRandom random, Findings findings);

    protected static Task PauseAsync(SimClient host, SimRandom random, double seconds) =>
        Task.Delay(TimeSpan.FromSeconds(seconds * random.NextDouble()), host.Clock);
}

/// <summary>Runs a chain of activities and reads its result, twice.</summary>
internal sealed class ChainErrand(ChainInput input) : Errand(input.Id)
{
    protected override async Task DoAsync(IWorkflowClient client, SimClient host, SimRandom random, Findings findings)
    {
        var handle = client.GetWorkflow<Chain>(Id);
        Doing = "starting";
        await handle.StartAsync(input);
        await PauseAsync(host, random, 3);
        Doing = "awaiting the result";
        var result = await handle.GetResultAsync();
        findings.Require(result == Chain.Expected(input), $"{this} gave '{result}'");
        Doing = "reading the result again";
        findings.Require(await handle.GetResultAsync() == result, $"{this} gave two results");
    }
}

/// <summary>Runs a parent with children.</summary>
internal sealed class FamilyErrand(FamilyInput input) : Errand(input.Id)
{
    protected override async Task DoAsync(IWorkflowClient client, SimClient host, SimRandom random, Findings findings)
    {
        Doing = "executing";
        var handle = client.GetWorkflow<Family>(Id);
        await handle.StartAsync(input);
        var result = await handle.GetResultAsync();
        findings.Require(result == Family.Expected(input), $"{this} gave '{result}'");
    }
}

/// <summary>Runs an activity that must not run twice.</summary>
internal sealed class OnceErrand(string id, Journal journal) : Errand(id)
{
    protected override async Task DoAsync(IWorkflowClient client, SimClient host, SimRandom random, Findings findings)
    {
        Doing = "executing";
        var handle = client.GetWorkflow<Once>(Id);
        await handle.StartAsync(Id);
        var result = await handle.GetResultAsync();
        var runs = journal.OnceRuns.GetValueOrDefault(Id);
        findings.Require(runs <= 1, $"{this} ran its activity {runs} times");
        findings.Require(result == "lost" || (result == "done" && runs == 1), $"{this} gave '{result}' after {runs} runs");
    }
}

/// <summary>Several clients send letters and register at one mailbox.</summary>
internal sealed class MailboxErrand(string id, MailboxInput input, int senders) : Errand(id)
{
    protected override async Task DoAsync(IWorkflowClient client, SimClient host, SimRandom random, Findings findings)
    {
        var handle = client.GetWorkflow<Mailbox>(Id);
        Doing = "starting";
        await handle.StartAsync(input);
        Doing = "sending";
        var registered = new List<int>();
        var acknowledged = 0;
        var tasks = new List<Task>();
        var each = input.Wanted / senders;
        for (var s = 0; s < senders; s++) tasks.Add(SendAsync(s, s == 0 ? input.Wanted - (each * (senders - 1)) : each));
        await Task.WhenAll(tasks);
        Doing = "awaiting the result";
        var result = await handle.GetResultAsync();
        Check(result, registered, findings);

        async Task SendAsync(int sender, int count)
        {
            for (var i = 0; i < count; i++)
            {
                await PauseAsync(host, random, 0.5);
                if (random.Chance(0.3)) registered.Add(await handle.UpdateAsync<int>("Register", [$"{sender}:{i}"]));
                else await handle.SignalAsync("Letter", [$"{sender}:{i}"]);
                acknowledged++;
                if (acknowledged < input.Wanted && random.Chance(0.2)) await AskAsync();
            }
        }

        async Task AskAsync()
        {
            var before = acknowledged;
            try
            {
                var count = await handle.QueryAsync<int>("Count");
                findings.Require(count <= input.Wanted, $"{this} counted {count}");
                findings.Require(count >= 0 && before >= 0, $"{this} counted {count}");
            }
            catch (Orchestration.Workflows.QueryFailed)
            {
                // Asked between two runs; whoever reads may be told to come again.
            }
        }
    }

    private void Check(string[] result, List<int> registered, Findings findings)
    {
        findings.Require(result.Length == input.Wanted, $"{this} has {result.Length} letters of {input.Wanted}");
        findings.Require(result.Distinct().Count() == result.Length, $"{this} has a letter twice: {string.Join(' ', result)}");
        findings.Require(registered.Distinct().Count() == registered.Count, $"{this} gave two clients the same number");
        foreach (var sender in result.GroupBy(static l => l.Split(':')[0]))
        {
            var numbers = sender.Select(static l => int.Parse(l.Split(':')[1],
                System.Globalization.CultureInfo.InvariantCulture));
            findings.Require(numbers.SequenceEqual(numbers.Order()),
                $"{this} has letters out of order: {string.Join(' ', result)}");
        }
    }
}
