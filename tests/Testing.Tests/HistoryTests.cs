using System.Text;
using System.Text.Json;
using Orchestration.Client;
using Orchestration.Testing.Histories;
using Orchestration.Workflows;

namespace Orchestration.Testing.Tests;

public sealed class HistoryTests
{
    [Fact]
    public async Task Assertions_ThatHold_Pass()
    {
        await using var env = await StartAsync();
        var adder = env.Client.GetWorkflow<Adder>("a");
        await adder.ExecuteAsync(2);
        (await WorkflowHistory.ReadAsync(adder)).ShouldHaveCompleted().ShouldHaveTimers(2).ShouldHaveRetries(0)
            .ShouldHaveActivity("TestActivities.Add", 2).ShouldHaveActivities("TestActivities.Add", "TestActivities.Add")
            .ShouldHaveInOrder("run-started", "timer-fired", "run-completed").ShouldNotHave("run-failed");
    }

    [Fact]
    public async Task Assertion_ThatDoesNotHold_SaysWhatThereIs()
    {
        await using var env = await StartAsync();
        var adder = env.Client.GetWorkflow<Adder>("a");
        await adder.ExecuteAsync(2);
        var history = await WorkflowHistory.ReadAsync(adder);
        var mismatch = Assert.Throws<HistoryMismatch>(() => history.ShouldHaveTimers(3));
        Assert.Contains("3 timers were expected, but there are 2", mismatch.Message, StringComparison.Ordinal);
        Assert.Contains("timer-fired", mismatch.Message, StringComparison.Ordinal);
        Assert.Contains("no 'run-failed' follows the first 1",
            Assert.Throws<HistoryMismatch>(() => history.ShouldHaveInOrder("timer-fired", "run-failed")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfARun_SaysWhatItIs()
    {
        await using var env = await StartAsync();
        using var file = JsonDocument.Parse(await ExportAsync(env, 2));
        var root = file.RootElement;
        Assert.Equal("orchestration-history", root.GetProperty("format").GetString());
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        Assert.Equal("adder", root.GetProperty("workflowType").GetString());
        Assert.Equal("exported", root.GetProperty("workflowId").GetString());
        Assert.Equal(32, root.GetProperty("runId").GetString()!.Length);
        Assert.Equal("run-started", root.GetProperty("events")[0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task Replay_SameCode_Fits()
    {
        await using var env = await StartAsync();
        var exported = await ExportAsync(env, 3);
        var result = await new WorkflowReplayer(static o => o.AddWorkflow<Adder>()).ReplayAsync(new MemoryStream(exported));
        Assert.Equal(ReplayOutcome.Fits, result.Outcome);
        Assert.Equal("adder", result.WorkflowType);
        new[] { result }.ShouldAllFit();
    }

    [Fact]
    public async Task Replay_CodeChanged_TellsExpectedAgainstActual()
    {
        await using var env = await StartAsync();
        var exported = await ExportAsync(env, 3);
        var replayer = new WorkflowReplayer(static o => o.AddWorkflow<SleepyAdder>());
        var result = await replayer.ReplayAsync(new MemoryStream(exported), "adder.json");
        Assert.Equal(ReplayOutcome.Differs, result.Outcome);
        Assert.Equal(2, result.EventNumber);
        Assert.Contains("TestActivities.Add", result.Expected, StringComparison.Ordinal);
        Assert.NotNull(result.Actual);
        var failed = Assert.Throws<ReplayFailed>(() => new[] { result }.ShouldAllFit());
        Assert.Contains("adder.json", failed.Message, StringComparison.Ordinal);
        Assert.Contains(result.Actual, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_UnknownType_IsAResult()
    {
        await using var env = await StartAsync();
        var exported = await ExportAsync(env, 1);
        var result = await new WorkflowReplayer(static o => o.AddWorkflow<Sleeper>()).ReplayAsync(new MemoryStream(exported));
        Assert.Equal(ReplayOutcome.UnknownType, result.Outcome);
    }

    [Fact]
    public async Task ReplayFolder_OneFileDamaged_TheOthersAreReplayed()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await using var env = await StartAsync();
            for (var i = 1; i <= 3; i++)
            {
                var adder = env.Client.GetWorkflow<Adder>($"a{i}");
                await adder.ExecuteAsync(i);
                await adder.ExportHistoryAsync(Path.Combine(folder.FullName, $"{i}.json"));
            }

            var damaged = Path.Combine(folder.FullName, "2.json");
            var text = await File.ReadAllTextAsync(damaged);
            await File.WriteAllTextAsync(damaged, text[..(text.Length / 2)]);
            var results = await new WorkflowReplayer(typeof(Adder).Assembly).ReplayFolderAsync(folder.FullName);
            Assert.Equal([ReplayOutcome.Fits, ReplayOutcome.Damaged, ReplayOutcome.Fits], results.Select(static r => r.Outcome));
            Assert.Equal(damaged, results[1].Error!.HistorySource);
            Assert.StartsWith("line ", results[1].Error!.Place, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("", "line 1, byte 1")]
    [InlineData("[]", "member 'format'")]
    [InlineData("{\"format\":\"something\"}", "member 'format'")]
    [InlineData("{\"format\":\"orchestration-history\"}", "member 'version'")]
    [InlineData("{\"format\":\"orchestration-history\",\"version\":99}", "member 'version'")]
    [InlineData("{\"format\":\"orchestration-history\",\"version\":1,\"eventFormat\":200}", "member 'eventFormat'")]
    [InlineData("{\"format\":\"orchestration-history\",\"version\":1,\"eventFormat\":1}", "member 'events'")]
    [InlineData("{\"format\":\"orchestration-history\",\"version\":1,\"eventFormat\":1,\"events\":[]}", "event 1")]
    [InlineData("{\"format\":\"orchestration-history\",\"version\":1,\"eventFormat\":1,\"events\":[{}]}", "event 1")]
    [InlineData("{\"format\":\"orchestration-history\",\"version\":1,\"eventFormat\":1,\"events\":[7]}", "event 1")]
    public async Task Replay_DamagedFile_NamesThePlace(string text, string place)
    {
        var result = await new WorkflowReplayer(static o => o.AddWorkflow<Adder>())
            .ReplayAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), "bad.json");
        Assert.Equal(ReplayOutcome.Damaged, result.Outcome);
        Assert.Equal(place, result.Error!.Place);
        Assert.Contains("bad.json", result.Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever a disk did to a file: a result, never an exception.</summary>
    [Fact]
    public async Task Replay_AnyByteChanged_NeverThrows()
    {
        await using var env = await StartAsync();
        var exported = await ExportAsync(env, 1);
        var replayer = new WorkflowReplayer(static o => o.AddWorkflow<Adder>());
        var random = new Random(17);
        for (var i = 0; i < 500; i++)
        {
            var copy = (byte[])exported.Clone();
            copy[random.Next(copy.Length)] = (byte)random.Next(256);
            Assert.NotNull(await replayer.ReplayAsync(new MemoryStream(copy)));
            Assert.NotNull(await replayer.ReplayAsync(new MemoryStream(exported[..random.Next(exported.Length)])));
        }
    }

    [Fact]
    public async Task ReplayFile_Missing_IsAResult()
    {
        var result = await new WorkflowReplayer(static o => o.AddWorkflow<Adder>()).ReplayFileAsync("no-such-file.json");
        Assert.Equal(ReplayOutcome.Damaged, result.Outcome);
    }

    private static async Task<byte[]> ExportAsync(WorkflowTestEnvironment env, int input)
    {
        var adder = env.Client.GetWorkflow<Adder>("exported");
        await adder.ExecuteAsync(input);
        using var bytes = new MemoryStream();
        await adder.ExportHistoryAsync(bytes);
        return bytes.ToArray();
    }

    private static Task<WorkflowTestEnvironment> StartAsync() => WorkflowTestEnvironment.StartAsync(static o =>
        o.AddWorkflow<Adder>().AddActivities(new TestActivities()));

    /// <summary>As <see cref="Adder"/>, but changed: it sleeps first.</summary>
    [Workflow("adder")]
    internal sealed class SleepyAdder : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            await Context.DelayAsync(TimeSpan.FromHours(1));
            return await Context.Activities<ITestActivities>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) })
                .AddAsync(input, 1);
        }
    }
}
