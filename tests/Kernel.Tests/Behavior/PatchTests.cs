using Orchestration.Grains.Kernel.History;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>Code that each test swaps between turns, as a deployment would.</summary>
[Workflow("patched")]
public sealed class PatchedWorkflow : Workflow<int, string>
{
    public static Func<WorkflowContext, Task<string>> Code { get; set; } = null!;

    public override Task<string> RunAsync(int input) => Code(Context);
}

/// <summary>One test at a time: the code is static.</summary>
public class PatchTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void Patched_NewRun_TakesTheNewPathAndRecordsItOnce()
    {
        var run = Begin(static async c =>
        {
            var path = c.Patched("p") ? "new" : "old";
            await c.DelayAsync(Hour);
            return path + (c.Patched("p") ? "new" : "old");
        });
        Assert.False(Assert.Single(run.History.OfType<PatchMarked>()).Deprecated);
        run.Reload();
        run.Pass(Hour);
        Assert.Equal("newnew", run.Result<string>());
        Assert.Single(run.History.OfType<PatchMarked>());
        Assert.Equal(WorkflowStatus.Completed, run.Reload().Status);
    }

    [Fact]
    public void Patched_HistoryOfBefore_TakesTheOldPathForItsWholeLife()
    {
        var run = Begin(static async c =>
        {
            for (var i = 0; i < 3; i++) await c.DelayAsync(Hour);
            return "v1";
        });
        run.Pass(Hour);
        Deploy(static async c =>
        {
            var paths = "";
            for (var i = 0; i < 3; i++)
            {
                paths += c.Patched("p") ? "n" : "o";
                await c.DelayAsync(Hour);
            }

            return paths + (c.Patched("p") ? "n" : "o");
        });
        run.Reload();
        run.Pass(Hour);
        run.Reload();
        run.Pass(Hour);
        Assert.Equal("oooo", run.Result<string>());
        Assert.DoesNotContain(run.History, static e => e is PatchMarked);
    }

    [Fact]
    public void Patched_PointThatOldRunsHaveNotReached_TakesTheNewPath()
    {
        var run = Begin(static async c =>
        {
            await c.DelayAsync(Hour);
            return "old";
        });
        Deploy(static async c =>
        {
            await c.DelayAsync(Hour);
            return c.Patched("end") ? "new" : "old";
        });
        run.Reload();
        run.Pass(Hour);
        Assert.Equal("new", run.Result<string>());
    }

    [Fact]
    public void Patched_AskedForInAnotherOrder_FitsAllTheSame()
    {
        var run = Begin(static async c =>
        {
            c.Patched("a");
            c.Patched("b");
            await c.DelayAsync(Hour);
            return "1";
        });
        Deploy(static async c =>
        {
            var timer = c.DelayAsync(Hour);
            var both = c.Patched("b") && c.Patched("a");
            await timer;
            return both ? "both" : "not both";
        });
        run.Reload();
        Assert.Null(run.Run.Stall);
        run.Pass(Hour);
        Assert.Equal("both", run.Result<string>());
    }

    [Fact]
    public void DeprecatePatch_BothKindsOfRuns_GoOn()
    {
        var marked = Begin(static async c =>
        {
            c.Patched("p");
            await c.DelayAsync(Hour);
            return "patched";
        });
        Deploy(static async c =>
        {
            c.DeprecatePatch("p");
            await c.DelayAsync(Hour);
            return "deprecated";
        });
        marked.Reload();
        marked.Pass(Hour);
        Assert.Equal("deprecated", marked.Result<string>());

        var fresh = new Harness(typeof(PatchedWorkflow));
        fresh.Start(1);
        Assert.True(Assert.Single(fresh.History.OfType<PatchMarked>()).Deprecated);
        Deploy(static async c =>
        {
            await c.DelayAsync(Hour);
            return "removed";
        });
        fresh.Reload(); // a deprecated mark need not be asked for
        fresh.Pass(Hour);
        Assert.Equal("removed", fresh.Result<string>());
    }

    [Fact]
    public void Patched_RemovedWithoutDeprecating_StallsWithExpectedAndActual_AndRecovers()
    {
        var run = Begin(static async c =>
        {
            c.Patched("p");
            await c.DelayAsync(Hour);
            return "patched";
        });
        Deploy(static async c =>
        {
            await c.DelayAsync(Hour);
            return "removed";
        });
        run.Reload();
        Assert.Equal(FaultCodes.Nondeterminism, run.Run.Stall?.Code);
        Assert.Equal("PatchMarked 'p'", run.Run.Stall?.Expected);
        Assert.Contains("DeprecatePatch", run.Run.Stall?.Actual, StringComparison.Ordinal);
        Deploy(static async c =>
        {
            c.DeprecatePatch("p");
            await c.DelayAsync(Hour);
            return "deprecated";
        });
        run.Reload();
        run.Pass(Hour);
        Assert.Equal("deprecated", run.Result<string>());
    }

    [Fact]
    public void Patched_NewPathDiffers_OldAndNewHistoriesReplayByTheirOwn()
    {
        var old = Begin(static async c =>
        {
            await c.ExecuteActivityAsync("Before", [], new() { StartToCloseTimeout = Hour });
            return "old";
        });
        Func<WorkflowContext, Task<string>> both = static async c =>
        {
            var patched = c.Patched("p");
            await c.ExecuteActivityAsync(patched ? "After" : "Before", [], new() { StartToCloseTimeout = Hour });
            return patched ? "new" : "old";
        };
        var fresh = Begin(both);
        foreach (var run in (Harness[])[old, fresh])
        {
            run.Reload();
            Assert.Null(run.Run.Stall);
            run.Complete(1);
            Assert.Equal(run == old ? "old" : "new", run.Result<string>());
            Assert.Equal(WorkflowStatus.Completed, run.Reload().Status);
        }
    }

    [Fact]
    public void Patched_EveryCutOfItsHistory_GoesOnToTheSameEnd()
    {
        Func<WorkflowContext, Task<string>> code = static async c =>
        {
            var path = c.Patched("a") ? "a" : "";
            await c.DelayAsync(Hour);
            path += c.Patched("b") ? "b" : "";
            await c.WhenAsync(() => path.Length == 2);
            path += c.Patched("c") ? "c" : "";
            await c.DelayAsync(Hour);
            return path;
        };
        var whole = Begin(code);
        whole.Pass(Hour);
        whole.Pass(Hour);
        for (var cut = 1; cut <= whole.History.Count; cut++)
        {
            var run = new Harness(typeof(PatchedWorkflow)) { Now = Harness.Epoch + (3 * Hour) };
            run.History.AddRange(whole.History.Take(cut));
            run.Reload();
            for (var i = 0; i < 3; i++) run.Pass(Hour);
            Assert.Equal("abc", run.Result<string>());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public void Patched_IllegalId_IsRefused(string id)
    {
        var run = Begin(c =>
        {
            Assert.Throws<InvalidIdentifier>(() => c.Patched(id));
            return Task.FromResult("refused");
        });
        Assert.Equal("refused", run.Result<string>());
    }

    private static Harness Begin(Func<WorkflowContext, Task<string>> code)
    {
        Deploy(code);
        var run = new Harness(typeof(PatchedWorkflow));
        run.Start(1);
        return run;
    }

    private static void Deploy(Func<WorkflowContext, Task<string>> code) => PatchedWorkflow.Code = code;
}
