using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Updates;

public sealed class UpdateScenarios
{
    [Fact]
    public Task Update_Basic_ReturnsItsResult() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Cart>());
        s.Script(async () =>
        {
            var cart = s.Env.Client.GetWorkflow<Cart>("basic");
            await cart.StartAsync(0);
            Assert.Equal(3, await cart.UpdateAsync<int>("Add", [3]));
            Assert.Equal(7, await cart.UpdateAsync<int>("Add", [4]));
            await cart.SignalAsync("CheckOut");
            Assert.Equal(7, await cart.GetResultAsync());
        });
    });

    [Fact]
    public Task Update_ValidatorRejects_LeavesNoHistory() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Cart>());
        s.Script(async () =>
        {
            var cart = s.Env.Client.GetWorkflow<Cart>("rejects");
            await cart.StartAsync(0);
            var before = (await cart.DescribeAsync()).HistoryLength;
            var no = await Assert.ThrowsAsync<UpdateRejected>(() => cart.UpdateAsync<int>("Add", [-1]));
            Assert.Contains("nothing negative", no.Message, StringComparison.Ordinal);
            var bug = await Assert.ThrowsAsync<UpdateRejected>(() => cart.UpdateAsync<int>("Add", [13]));
            Assert.Contains("validator", bug.Message, StringComparison.Ordinal);
            var greedy = await Assert.ThrowsAsync<UpdateRejected>(() => cart.UpdateAsync<int>("Add", [666]));
            Assert.Contains("_validated", greedy.Message, StringComparison.Ordinal);
            var name = await Assert.ThrowsAsync<UpdateRejected>(() => cart.UpdateAsync<int>("Remove", [1]));
            Assert.Contains("update 'Add'(int number)", name.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<UpdateRejected>(() => cart.UpdateAsync<int>("Add", ["x"]));
            Assert.Equal(before, (await cart.DescribeAsync()).HistoryLength);
            Assert.Equal(1, await cart.UpdateAsync<int>("Add", [1]));
            await cart.SignalAsync("CheckOut");
            Assert.Equal(1, await cart.GetResultAsync());
        });
    });

    [Fact]
    public Task Update_AsyncAcceptedThenCompleted_SurvivesACrashInBetween() => Scenario.RunAsync(static s =>
    {
        s.OnDisk();
        var world = new World();
        s.Host(o => o.AddWorkflow<Cart>().AddActivities(world));
        s.Script(async () =>
        {
            var cart = s.Env.Client.GetWorkflow<Cart>("async");
            await cart.StartAsync(0);
            var update = await cart.StartUpdateAsync<string>("Reserve", ["seat"]);
            Assert.Equal(update.UpdateId, Assert.Single((await cart.DescribeAsync()).Updates).UpdateId);
            await s.Env.CrashAsync();
            Assert.Equal("reserved seat", await update.GetResultAsync());
            await cart.SignalAsync("CheckOut");
            await cart.GetResultAsync();
            Assert.Equal("reserved seat", await cart.GetUpdate<string>(update.UpdateId).GetResultAsync()); // of a closed run
        });
    });

    [Fact]
    public Task Update_SameId_IsCarriedOutOnce() => Scenario.RunAsync(static s =>
    {
        s.OnDisk();
        s.Host(static o => o.AddWorkflow<Cart>());
        s.Script(async () =>
        {
            var cart = s.Env.Client.GetWorkflow<Cart>("dedup");
            await cart.StartAsync(0);
            var once = new UpdateOptions { UpdateId = "add-5" };
            Assert.Equal(5, await cart.UpdateAsync<int>("Add", [5], once));
            Assert.Equal(6, await cart.UpdateAsync<int>("Add", [1]));
            Assert.Equal(5, await cart.UpdateAsync<int>("Add", [5], once));
            await cart.SignalAsync("CheckOut");
            Assert.Equal(6, await cart.GetResultAsync());
            Assert.Equal(5, await cart.UpdateAsync<int>("Add", [5], once));
            await Assert.ThrowsAsync<WorkflowClosed>(() => cart.UpdateAsync<int>("Add", [5]));
        });
    });

    [Fact]
    public Task Update_WithStart_StartsOrUsesTheOpenRun() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Cart>());
        s.Script(async () =>
        {
            var cart = s.Env.Client.GetWorkflow<Cart>("with-start");
            Assert.Equal(2, await cart.UpdateWithStartAsync<int>(0, typeof(int), "Add", [2]));
            Assert.Equal(5, await cart.UpdateWithStartAsync<int>(0, typeof(int), "Add", [3]));
            await cart.SignalAsync("CheckOut");
            Assert.Equal(5, await cart.GetResultAsync());
        });
    });

    [Fact]
    public Task Update_HandlerFails_IsToldAndTheRunGoesOn() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Cart>());
        s.Script(async () =>
        {
            var cart = s.Env.Client.GetWorkflow<Cart>("fails");
            await cart.StartAsync(0);
            var failed = await Assert.ThrowsAsync<UpdateFailed>(() => cart.UpdateAsync<int>("Add", [1000]));
            Assert.Equal("Full", Assert.IsType<ApplicationFailure>(failed.InnerException).Type);
            await cart.SignalAsync("CheckOut");
            Assert.Equal(0, await cart.GetResultAsync());
        });
    });

    public interface IWork
    {
        Task<string> ReserveAsync(string what);
    }

    public sealed class World : IWork
    {
        public Task<string> ReserveAsync(string what) => Task.FromResult($"reserved {what}");
    }

    [Workflow("scenario-cart")]
    public sealed class Cart : Workflow<int, int>
    {
        private int _sum;
        private int _validated;
        private bool _done;

        public override async Task<int> RunAsync(int input)
        {
            await Context.WhenAsync(() => _done && Context.AllHandlersFinished);
            return _sum + (_validated * 1000);
        }

        [Signal]
        public void CheckOut() => _done = true;

        [UpdateValidator("Add")]
        public void MayAdd(int number)
        {
            if (number < 0) throw new ApplicationFailure("nothing negative", "Negative");
            if (number == 13) throw new FormatException("a bug in the validator");
            if (number == 666) _validated++;
        }

        [Update]
        public int Add(int number)
        {
            if (number == 1000) throw new ApplicationFailure("the cart is full", "Full");
            return _sum += number;
        }

        [Update]
        public async Task<string> ReserveAsync(string what)
        {
            await Context.DelayAsync(TimeSpan.FromHours(1));
            return await Context.Activities<IWork>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) }).ReserveAsync(what);
        }
    }
}
