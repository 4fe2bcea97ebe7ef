using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>Handlers of updates and queries that code gives as it runs.</summary>
public class DynamicHandlerTests
{
    public sealed class Dynamic : Workflow<int, int>
    {
        private int _sum;

        [Query]
        public string Fixed() => "fixed";

        public override async Task<int> RunAsync(int input)
        {
            Context.OnQuery("sum", () => _sum);
            Context.OnQuery<int, int>("plus", n => _sum + n);
            Context.OnUpdate<int, int>("add", async n =>
            {
                await Context.DelayAsync(TimeSpan.FromSeconds(1));
                return _sum += n;
            }, n =>
            {
                if (n < 0) throw new ApplicationFailure("negative");
            });
            Context.OnUpdate("reset", () => Task.FromResult(_sum = 0));
            await Context.WhenAsync(() => _sum >= 10);
            Context.OnQuery("Fixed", () => "changed");
            Context.OnUpdate<int>("add", n =>
            {
                _sum = -n;
                return Task.CompletedTask;
            });
            await Context.WhenAsync(() => _sum < 0);
            return _sum;
        }
    }

    public sealed class FromAQuery : Workflow<int, int>
    {
        [Query]
        public int Bad()
        {
            Context.OnQuery("more", () => 1);
            return 1;
        }

        public override async Task<int> RunAsync(int input)
        {
            await Context.WhenAsync(() => false);
            return input;
        }
    }

    [Fact]
    public void UpdateAndQuery_GivenByCode_WorkLiveAndAfterReplay()
    {
        var run = Harness.Of<Dynamic>(1);
        Assert.Contains("negative", Assert.Single(Add(run, "a", -1).Rejected).Message, StringComparison.Ordinal);
        Assert.Contains("takes 1 arguments", Assert.Single(run.Advance(new UpdateRun("x", "add", [])).Rejected).Message,
            StringComparison.Ordinal);
        Add(run, "b", 4);
        run.Reload();
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("4", run.Run.FindUpdate("b")!.Completed!.Result!.ToString());
        Assert.Equal("4", Ask(run, "sum"));
        Assert.Equal("9", Ask(run, "plus", 5));
        Assert.Equal("\"fixed\"", Ask(run, "Fixed"));
        Add(run, "c", 6);
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("\"changed\"", Ask(run, "Fixed"));
        Add(run, "d", 3); // by the handler that took the first one's place
        Assert.Equal(-3, run.Result<int>());
        Assert.Null(run.Run.FindUpdate("d")!.Completed!.Failure);
        Assert.Null(run.Reload().Misfit);
        Assert.Equal("-3", Ask(run, "sum")); // of a closed run too
    }

    [Fact]
    public void Describe_RunThatWaits_TellsTheConditionAsTheCodeHasIt()
    {
        var run = Harness.Of<Dynamic>(1);
        Assert.Equal(["_sum >= 10"], run.Run.Describe().Conditions);
        Assert.Equal(["_sum >= 10"], run.Reload().Describe().Conditions);
        Add(run, "a", 10);
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["_sum < 0"], run.Run.Describe().Conditions);
        Add(run, "b", 3);
        Assert.Empty(run.Run.Describe().Conditions);
    }

    [Fact]
    public void Update_NobodyHandles_IsRejected()
    {
        var run = Harness.Of<Dynamic>(1);
        Assert.Equal(RejectionKind.UpdateRejected, Assert.Single(run.Advance(new UpdateRun("u", "other", [])).Rejected).Kind);
    }

    [Fact]
    public void OnQuery_WithinAQuery_IsAViolation()
    {
        var run = Harness.Of<FromAQuery>(1);
        Assert.NotEqual(QueryProblem.None, run.Run.Query("Bad", []).Problem);
    }

    private static Turn Add(Harness run, string id, int number) => run.Advance(new UpdateRun(id, "add", [Harness.Json(number)]));

    private static string? Ask(Harness run, string query, params int[] arguments)
    {
        var answer = run.Run.Query(query, [.. arguments.Select(static a => Harness.Json(a))]);
        Assert.Equal((QueryProblem.None, ""), (answer.Problem, answer.Message));
        return answer.Result?.ToString();
    }
}
