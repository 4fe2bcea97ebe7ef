using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <param name="Wanted">How many letters it waits for.</param>
/// <param name="PerRun">How many it takes before it continues as new.</param>
/// <param name="Seen">What earlier runs took.</param>
public sealed record MailboxInput(int Wanted, int PerRun, string[] Seen);

/// <summary>Takes signals and updates until it has enough of them, over several runs.</summary>
[Workflow("mailbox")]
public sealed class Mailbox : Workflow<MailboxInput, string[]>
{
    private readonly List<string> _new = [];
    private string[] _seen = [];

    [Query] public int Count() => _seen.Length + _new.Count;

    [Signal] public void Letter(string text) => _new.Add(text);

    [Update]
    public int Register(string text)
    {
        _new.Add(text);
        return _seen.Length + _new.Count;
    }

    public override async Task<string[]> RunAsync(MailboxInput input)
    {
        _seen = input.Seen;
        await Context.WhenAsync(() => _new.Count >= input.PerRun || Count() >= input.Wanted);
        string[] all = [.. _seen, .. _new];
        return all.Length >= input.Wanted ? all : throw Context.ContinueAsNew(input with { Seen = all });
    }
}
