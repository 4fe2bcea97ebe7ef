using Orchestration.Grains.Hosting;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Support;

/// <param name="Total">How many entries end it.</param>
/// <param name="Entries">Those of the runs before.</param>
/// <param name="Waits">Whether it waits for handlers before it continues as new.</param>
public sealed record LedgerInput(int Total, int[] Entries, bool Waits);

/// <summary>Takes updates of two steps each, and continues as new after every few.</summary>
[Workflow("ledger")]
public sealed class Ledger : Workflow<LedgerInput, int[]>
{
    private readonly List<int> _new = [];
    private int _before;

    [Update]
    public async Task<int> Enter(int number)
    {
        await Context.Activities<ITestActivities>(TestOptions.Quick).AddAsync(number, 1);
        _new.Add(number);
        return _before + _new.Count;
    }

    public override async Task<int[]> RunAsync(LedgerInput input)
    {
        _before = input.Entries.Length;
        await Context.WhenAsync(() => (_new.Count >= 3 || _before + _new.Count >= input.Total)
            && (!input.Waits || Context.AllHandlersFinished));
        int[] entries = [.. input.Entries, .. _new];
        return entries.Length >= input.Total ? entries : throw Context.ContinueAsNew(input with { Entries = entries });
    }
}

/// <summary>Continues as new when it is told to; has an update that never ends, a token, and a count of signals.</summary>
[Workflow("turnstile")]
public sealed class Turnstile : Workflow<int, int>
{
    private int _begun;
    private bool _go;
    private bool _end;
    private string _token = "";

    [Query]
    public int Begun() => _begun;

    [Query]
    public string Token() => _token;

    [Query]
    public int Signals { get; private set; }

    [Signal]
    public void Go() => _go = true;

    [Signal]
    public void End() => _end = true;

    [Signal]
    public void Count() => Signals++;

    [Update]
    public int Enter() => ++Signals;

    [Update(Unfinished = UnfinishedHandlers.Abandon)]
    public async Task<string> Never(string input)
    {
        _begun++;
        await Context.WhenAsync(() => false);
        return input;
    }

    public override async Task<int> RunAsync(int input)
    {
        if (input < 0) throw Context.ContinueAsNew(0); // a first step that is the last
        if (input == 100) return input;
        _token = Context.CreateToken<string>("t").Token;
        await Context.WhenAsync(() => _go || _end);
        return _end ? input : throw Context.ContinueAsNew(input + 1);
    }
}

public static class LedgerHosting
{
    public static void All(OrchestrationOptions options)
    {
        TestHosting.All(options);
        options.AddWorkflow<Ledger>().AddWorkflow<Turnstile>();
    }
}
