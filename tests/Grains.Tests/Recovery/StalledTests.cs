using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Tests.Recovery;

/// <summary>Which stalled runs a shard has tried again, and when: whoever was about to try one may be gone.</summary>
public sealed class StalledTests : IDisposable
{
    private readonly ShardUnderTest _under = new(prepare: static services => services.HaveStartedUpBut([]));

    public StalledTests() => _under.Builds = [("local", "old"), ("other", "new")];

    public void Dispose() => _under.Dispose();

    [Fact]
    public async Task Start_WhereTheShardCameFromAnotherSilo_TriesWhatIsUntried()
    {
        await AddAllAsync();

        _under.Run(static s => s.Start());
        Pass();

        await _under.WokenAsync(2);
        Assert.Equal(["unknown", "untried"], _under.Woken.Select(static w => w.Workflow).Order());
        Assert.All(_under.Woken, static w => Assert.False(w.AfterCrash));
    }

    [Fact]
    public async Task SiloLost_RunThatHadMovedThere_IsTriedAgain()
    {
        _under.Run(static s => s.Start());
        await _under.AddAsync("untried", RunState.Stalled, detail: Tried("old"));

        _under.Run(static s => s.SiloLost());
        Pass();

        await _under.WokenAsync(1);
    }

    [Fact]
    public async Task CodeCame_OfABuildThatIsThereAlready_TriesWhatIsUntriedAlone()
    {
        _under.Run(static s => s.Start());
        await AddAllAsync();

        _under.Run(static s => s.CodeCame("other"));

        await _under.WokenAsync(2);
        Assert.Equal(["unknown", "untried"], _under.Woken.Select(static w => w.Workflow).Order());
    }

    [Fact]
    public async Task CodeCame_OfABuildThatIsNewToTheCluster_TriesAll()
    {
        _under.Run(static s => s.Start());
        await AddAllAsync();
        _under.Newcomers.Add("newcomer");

        _under.Run(static s => s.CodeCame("newcomer"));

        await _under.WokenAsync(4);
    }

    [Fact]
    public async Task Sweep_RunThatNobodyTried_IsTried()
    {
        _under.Run(static s => s.Start());
        await _under.AddAsync("untried", RunState.Stalled, detail: Tried("old"));

        _under.Run(static s => s.Sweep());

        await _under.WokenAsync(1);
    }

    // What was lost may still write for some seconds.
    private void Pass()
    {
        for (var i = 0; i < 5; i++)
        {
            _under.Advance(TimeSpan.FromSeconds(1));
            _under.Settle();
        }
    }

    private async Task AddAllAsync()
    {
        await _under.AddAsync("untried", RunState.Stalled, detail: Tried("old"));
        await _under.AddAsync("unknown", RunState.Stalled);
        await _under.AddAsync("tried", RunState.Stalled, detail: Tried("new", "old"));
        await _under.AddAsync("too large", RunState.Stalled, detail: """{"code":"ORCH0005","message":"It is."}""");
    }

    private static string Tried(params string[] builds) =>
        $$"""{"code":"ORCH0001","message":"It does not fit.","tried":["{{string.Join("\",\"", builds)}}"]}""";
}
