using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Queries;

public sealed class QueryScenarios
{
    [Fact]
    public Task Query_Success_ReadsOpenAndClosedRuns() => Scenario.RunAsync(static s =>
    {
        s.OnDisk();
        s.Host(static o => o.AddWorkflow<Counter>());
        s.Script(async () =>
        {
            var counter = s.Env.Client.GetWorkflow<Counter>("counter");
            await counter.StartAsync(2);
            await counter.SignalAsync(w => w.Add(5));
            Assert.Equal(5, await counter.QueryAsync(w => w.Sum));
            Assert.Equal(15, await counter.QueryAsync(w => w.Times(3)));
            Assert.Equal(5, await counter.QueryAsync(w => w.Sum, new QueryOptions { Consistent = true }));
            await counter.SignalAsync(w => w.Add(2));
            Assert.Equal(7, await counter.GetResultAsync());
            Assert.Equal(7, await counter.QueryAsync(w => w.Sum)); // on a closed workflow
            await s.Env.RestartAsync();
            Assert.Equal(14, await counter.QueryAsync<int>("Times", [2]));
        });
    });

    [Fact]
    public Task Query_WrongNameOrArguments_SaysWhatThereIs() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Counter>());
        s.Script(async () =>
        {
            var counter = s.Env.Client.GetWorkflow<Counter>("wrong");
            await counter.StartAsync(1);
            var name = await Assert.ThrowsAsync<QueryFailed>(() => counter.QueryAsync<int>("Total"));
            Assert.Contains("query 'Times'(int factor)", name.Message, StringComparison.Ordinal);
            var arguments = await Assert.ThrowsAsync<QueryFailed>(() => counter.QueryAsync<int>("Times", ["x"]));
            Assert.Contains("factor", arguments.Message, StringComparison.Ordinal);
            var thrown = await Assert.ThrowsAsync<QueryFailed>(() => counter.QueryAsync<int>("Throws"));
            Assert.Contains("on purpose", thrown.Message, StringComparison.Ordinal);
            await counter.SignalAsync(w => w.Add(1));
            Assert.Equal(1, await counter.GetResultAsync());
        });
    });

    [Fact]
    public Task Query_ThatTriesToChangeState_FailsAndTheRunGoesOn() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Counter>());
        s.Script(async () =>
        {
            var counter = s.Env.Client.GetWorkflow<Counter>("guard");
            await counter.StartAsync(2);
            await counter.SignalAsync(w => w.Add(1));
            foreach (var query in (string[])["Bump", "Sleep", "Draw"])
            {
                var failed = await Assert.ThrowsAsync<QueryFailed>(() => counter.QueryAsync<int>(query));
                Assert.Contains($"query '{query}'", failed.Message, StringComparison.Ordinal);
                Assert.Equal(1, await counter.QueryAsync(w => w.Sum));
            }

            await counter.SignalAsync(w => w.Add(1));
            Assert.Equal(2, await counter.GetResultAsync());
        });
    });

    [Workflow("scenario-counter")]
    public sealed class Counter : Workflow<int, int>
    {
        private int _sum;
        private int _count;

        [Query]
        public int Sum => _sum;

        public override async Task<int> RunAsync(int input)
        {
            await Context.WhenAsync(() => _count >= input);
            return _sum;
        }

        [Signal]
        public void Add(int number)
        {
            _sum += number;
            _count++;
        }

        [Query]
        public int Times(int factor) => factor * _sum;

        [Query]
        public int Throws() => throw new InvalidOperationException("on purpose");

        [Query]
        public int Bump() => ++_count;

        [Query]
        public int Sleep()
        {
            _ = Context.DelayAsync(TimeSpan.FromDays(1));
            return 0;
        }

        [Query]
        public int Draw() => Context.Random.Next();
    }
}
