using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Load;

public sealed class LargePayloads
{
    private const int Limit = 300_000;
    private const int Large = 250_000;

    [Fact]
    public Task LargePayload_ThroughActivityChildSignalAndResult_ComesBackWhole() => Run(static s => s.OnDisk().Script(async () =>
    {
        var text = new string('x', Large);
        var carrier = s.Env.Client.GetWorkflow<Carrier>("w");
        await carrier.StartAsync(text);
        await carrier.SignalAsync("More", [text]);
        Assert.Equal(text, await carrier.GetResultAsync());
        Assert.True((await carrier.DescribeAsync()).HistoryBytes > 3 * Large);
    }));

    [Theory]
    [InlineData("activity argument")]
    [InlineData("activity result")]
    [InlineData("child input")]
    [InlineData("signal")]
    [InlineData("continue as new")]
    public Task OversizePayload_FromWorkflowCode_IsAClearErrorAndTheRunIsAlive(string where) => Run(s => s.Script(async () =>
    {
        var told = await s.Env.Client.GetWorkflow<Oversize>("w").ExecuteAsync(where);
        Assert.Contains("300,000", told.Replace("300000", "300,000", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.StartsWith("refused: ", told, StringComparison.Ordinal);
    }));

    [Fact]
    public Task OversizePayload_FromAClient_IsRefusedAndNothingIsWritten() => Run(static s => s.Script(async () =>
    {
        var carrier = s.Env.Client.GetWorkflow<Carrier>("w");
        var text = new string('x', Limit);
        var start = await Assert.ThrowsAsync<PayloadTooLarge>(() => carrier.StartAsync(text));
        Assert.Equal(Limit, start.Limit);
        await carrier.StartAsync("small");
        await Assert.ThrowsAsync<PayloadTooLarge>(() => carrier.SignalAsync("More", [text]));
        await carrier.SignalAsync("More", ["small"]);
        Assert.Equal("small", await carrier.GetResultAsync());
    }));

    private static Task Run(Action<Scenario> define) => Scenario.RunAsync(s =>
    {
        var store = new Store();
        s.Host(o => o.AddWorkflow<Carrier>().AddWorkflow<Echo>().AddWorkflow<Oversize>().AddActivities(store)
            .Engine(static e => e.MaximumPayloadBytes = Limit));
        define(s);
    });

    public interface IStore
    {
        Task<string> EchoAsync(string text);

        Task<string> MakeAsync(int length);
    }

    public sealed class Store : IStore
    {
        public Task<string> EchoAsync(string text) => Task.FromResult(text);

        public Task<string> MakeAsync(int length) => Task.FromResult(new string('x', length));
    }

    [Workflow("load-carrier")]
    public sealed class Carrier : Workflow<string, string>
    {
        private string? _more;

        [Signal]
        public void More(string text) => _more = text;

        public override async Task<string> RunAsync(string input)
        {
            await Context.WhenAsync(() => _more is not null);
            var text = await Context.Activities<IStore>(Quick.Options).EchoAsync(input);
            text = await Context.Child<Echo>("kid").ExecuteAsync(text);
            return text == _more ? text : "they differ";
        }
    }

    [Workflow("load-echo")]
    public sealed class Echo : Workflow<string, string>
    {
        public override Task<string> RunAsync(string input) => Task.FromResult(input);
    }

    [Workflow("load-oversize")]
    public sealed class Oversize : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            var text = new string('x', Limit);
            var store = Context.Activities<IStore>(new()
            {
                StartToCloseTimeout = TimeSpan.FromMinutes(1), Retry = new() { MaximumAttempts = 2 },
            });
            try
            {
                switch (input)
                {
                    case "activity argument":
                        await store.EchoAsync(text);
                        break;
                    case "activity result":
                        await store.MakeAsync(Limit);
                        break;
                    case "child input":
                        await Context.Child<Echo>("kid").ExecuteAsync(text);
                        break;
                    case "signal":
                        await Context.GetExternalWorkflow("other").SignalAsync("More", text);
                        break;
                    default:
                        throw Context.ContinueAsNew(text);
                }

                return "taken";
            }
            catch (Exception e) when (e is PayloadTooLarge or ActivityFailed)
            {
                await store.EchoAsync("alive");
                return $"refused: {e.Message}";
            }
        }
    }
}
