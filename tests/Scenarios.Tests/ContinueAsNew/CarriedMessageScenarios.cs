using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.ContinueAsNew;

public sealed class CarriedMessageScenarios
{
    private const int Many = 24;

    [Fact]
    public Task ContinueAsNew_SignalsArrivingMeanwhile_NoneIsLostOrDoubledAndOrderIsKept() => Run(static s =>
        s.OnDisk().Script(async () =>
    {
        var collector = s.Env.Client.GetWorkflow<Collector>("collector");
        await collector.StartAsync(new([], Many));
        await Task.WhenAll(Enumerable.Range(0, Many).Select(i => collector.SignalAsync("Add", [i])));
        Assert.Equal(Enumerable.Range(0, Many), await collector.GetResultAsync());
    }));

    [Fact]
    public Task ContinueAsNew_SignalsOneByOne_ArriveOnce() => Run(static s => s.Script(async () =>
    {
        var collector = s.Env.Client.GetWorkflow<Collector>("collector");
        await collector.StartAsync(new([], 9));
        for (var i = 0; i < 9; i++) await collector.SignalAsync("Add", [i]);
        Assert.Equal(Enumerable.Range(0, 9), await collector.GetResultAsync());
    }));

    [Fact]
    public Task ContinueAsNew_SignalsOfAnotherRun_NoneIsLostOrDoubledAndOrderIsKept() => Run(static s => s.Script(async () =>
    {
        var collector = s.Env.Client.GetWorkflow<Collector>("collector");
        await collector.StartAsync(new([], Many));
        Assert.Equal(Many, await s.Env.Client.GetWorkflow<Sender>("sender").ExecuteAsync(Many));
        Assert.Equal(Enumerable.Range(0, Many), await collector.GetResultAsync());
    }));

    [Fact]
    public Task ContinueAsNew_SignalsWithoutAHandlerYet_AreCarriedToTheRunThatHasOne() => Run(static s => s.Script(async () =>
    {
        var late = s.Env.Client.GetWorkflow<LateListener>("late");
        await late.StartAsync(2);
        foreach (var word in new[] { "a", "b", "c" }) await late.SignalAsync("word", [word]);
        Assert.Equal("abc", await late.GetResultAsync());
    }));

    [Fact]
    public Task ContinueAsNew_UpdatesArrivingMeanwhile_EachCountsOnceAndIsAnswered() => Run(static s => s.Script(async () =>
    {
        var account = s.Env.Client.GetWorkflow<Account>("account");
        await account.StartAsync(0);
        for (var i = 1; i <= 10; i++)
            Assert.Equal(i, await account.UpdateAsync<int>("Deposit", [1], new() { UpdateId = $"d{i}" }));

        // Ids are known through continuations: the first one's outcome stands, nothing is added.
        Assert.Equal(2, await account.UpdateAsync<int>("Deposit", [1], new() { UpdateId = "d2" }));
        Assert.Equal(10, await account.QueryAsync<int>("Balance"));
        await account.SignalAsync("Close");
        Assert.Equal(10, await account.GetResultAsync());
    }));

    [Fact]
    public Task ContinueAsNew_UpdatesAllAtOnce_EachCountsOnce() => Run(static s => s.Script(async () =>
    {
        var account = s.Env.Client.GetWorkflow<Account>("account");
        await account.StartAsync(0);
        var balances = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => account.UpdateAsync<int>("Deposit", [1])));
        Assert.Equal(Enumerable.Range(1, 10), balances.Order());
        await account.SignalAsync("Close");
        Assert.Equal(10, await account.GetResultAsync());
    }));

    private static Task Run(Action<Scenario> define) => Scenario.RunAsync(s =>
    {
        s.Host(static o => o.AddWorkflow<Collector>().AddWorkflow<Sender>().AddWorkflow<LateListener>().AddWorkflow<Account>());
        define(s);
    });

    public sealed record Collected(int[] Seen, int Total);

    /// <summary>Continues as new after every three numbers.</summary>
    [Workflow("scenario-continuing-collector")]
    public sealed class Collector : Workflow<Collected, int[]>
    {
        private readonly List<int> _new = [];

        [Signal]
        public void Add(int number) => _new.Add(number);

        public override async Task<int[]> RunAsync(Collected input)
        {
            await Context.WhenAsync(() => _new.Count >= 3 || input.Seen.Length + _new.Count >= input.Total);
            int[] seen = [.. input.Seen, .. _new];
            return seen.Length >= input.Total ? seen : throw Context.ContinueAsNew(input with { Seen = seen });
        }
    }

    [Workflow("scenario-number-sender")]
    public sealed class Sender : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            var other = Context.GetExternalWorkflow("collector");
            await WorkflowTasks.WhenAll(Enumerable.Range(0, input).Select(i => other.SignalAsync("Add", i)));
            return input;
        }
    }

    /// <summary>Only its last run listens.</summary>
    [Workflow("scenario-continuing-listener")]
    public sealed class LateListener : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            if (input > 0)
            {
                await Context.DelayAsync(TimeSpan.FromHours(1));
                throw Context.ContinueAsNew(input - 1);
            }

            var heard = "";
            Context.OnSignal<string>("word", word => heard += word);
            await Context.WhenAsync(() => heard.Length == 3);
            return heard;
        }
    }

    /// <summary>Continues as new after every deposit.</summary>
    [Workflow("scenario-continuing-account")]
    public sealed class Account : Workflow<int, int>
    {
        private int _balance;
        private int _deposits;
        private bool _closed;

        [Query]
        public int Balance() => _balance;

        [Update]
        public int Deposit(int amount)
        {
            _deposits++;
            return _balance += amount;
        }

        [Signal]
        public void Close() => _closed = true;

        public override async Task<int> RunAsync(int input)
        {
            // What came before this line, a message carried over, has counted from zero.
            _balance += input;
            await Context.WhenAsync(() => _deposits > 0 || _closed);
            return _closed ? _balance : throw Context.ContinueAsNew(_balance);
        }
    }
}
