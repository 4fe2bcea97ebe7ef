using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

[Workflow("versioned")]
public sealed class VersionedOne : Workflow<int, string>
{
    public override async Task<string> RunAsync(int input)
    {
        await Context.DelayAsync(TimeSpan.FromHours(1));
        return $"v{Context.WorkflowVersion}";
    }
}

[Workflow("versioned", Version = 2)]
public sealed class VersionedTwo : Workflow<int, string>
{
    public override async Task<string> RunAsync(int input)
    {
        await Context.ExecuteActivityAsync("Other", [], new() { StartToCloseTimeout = TimeSpan.FromHours(1) });
        return $"v{Context.WorkflowVersion}";
    }
}

[Workflow("versioned", Version = 2)]
public sealed class VersionedTwoAgain : Workflow<int, string>
{
    public override Task<string> RunAsync(int input) => Task.FromResult("");
}

[Workflow("versioned", Version = 0)]
public sealed class VersionedZero : Workflow<int, string>
{
    public override Task<string> RunAsync(int input) => Task.FromResult("");
}

public class VersionTests
{
    private static readonly RunSettings Both = Harness.SettingsFor(typeof(VersionedOne), typeof(VersionedTwo));

    [Fact]
    public void Start_NoVersionNamed_TakesTheHighest()
    {
        var run = new Harness(typeof(VersionedOne), Both);
        run.Start(1);
        Assert.Equal((2, false), (Started(run).Version, Started(run).Pinned));
        Assert.IsType<ActivityScheduled>(run.History[1]);
        Assert.Equal(2, run.Run.Describe().Version);
    }

    [Fact]
    public void Start_VersionNamed_TakesItAndPinsIt()
    {
        var run = new Harness(typeof(VersionedOne), Both);
        run.Advance(run.StartStimulus(1) with { Version = 1 });
        Assert.Equal((1, true), (Started(run).Version, Started(run).Pinned));
        run.Pass(TimeSpan.FromHours(1));
        Assert.Equal("v1", run.Result<string>());
    }

    [Fact]
    public void Start_UnknownVersion_IsRefusedAndNamesTheHosted()
    {
        var run = new Harness(typeof(VersionedOne), Both);
        var refusal = Assert.Throws<UnknownWorkflowType>(() => run.Advance(run.StartStimulus(1) with { Version = 3 }));
        Assert.Contains("version '3'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("versioned (versions 1, 2)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Replay_NewerVersionBesideIt_RunsByItsOwn()
    {
        var run = Harness.Of<VersionedOne>(1);
        run.Reload(Both);
        Assert.Null(run.Run.Stall);
        run.Pass(TimeSpan.FromHours(1));
        Assert.Equal("v1", run.Result<string>());
    }

    [Fact]
    public void Replay_ItsVersionGone_StallsWithExpectedAndActual_AndRecovers()
    {
        var run = Harness.Of<VersionedOne>(1);
        run.Reload(Harness.SettingsFor(typeof(VersionedTwo)));
        Assert.Equal(FaultCodes.UnknownWorkflowType, run.Run.Stall?.Code);
        Assert.Equal("workflow 'versioned' version 1", run.Run.Stall?.Expected);
        Assert.Equal("workflow 'versioned' version 2", run.Run.Stall?.Actual);
        run.Reload(Both);
        run.Pass(TimeSpan.FromHours(1));
        Assert.Equal("v1", run.Result<string>());
    }

    [Fact]
    public void Replay_HistoryOfBeforeVersions_IsVersionOne()
    {
        var run = Harness.Of<VersionedOne>(1);
        run.History[0] = Started(run) with { Version = 0 };
        run.Reload(Both);
        Assert.Null(run.Run.Stall);
        Assert.Equal(1, run.Run.Describe().Version);
    }

    [Fact]
    public void Catalog_TwoOfOneNameAndVersion_IsRefused()
    {
        var refusal = Assert.Throws<InvalidRequest>(() => new WorkflowCatalog([typeof(VersionedTwo), typeof(VersionedTwoAgain)]));
        Assert.Contains("'versioned' with version 2", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("numbered from 1",
            Assert.Throws<InvalidRequest>(() => new WorkflowCatalog([typeof(VersionedZero)])).Message, StringComparison.Ordinal);
    }

    private static RunStarted Started(Harness run) => (RunStarted)run.History[0];
}
