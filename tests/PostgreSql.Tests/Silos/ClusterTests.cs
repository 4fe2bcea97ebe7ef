using Orchestration.PostgreSql.Tests.Server;
using Orchestration.Tests.Servers;
using Orchestration.Tests.Support;
using Xunit.Abstractions;

namespace Orchestration.PostgreSql.Tests.Silos;

/// <summary>Real silo processes that are a cluster over a real database.</summary>
public sealed class ClusterTests(ITestOutputHelper output)
{
    private readonly string _schema = "t_" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task OneOfTwo_IsKilled_NothingIsLostAndItsActivitiesAreRetriedWithinSixSeconds()
    {
        const int Runs = 40, Holds = 12;
        await using var cluster = await StartAsync();
        var (one, two) = (await cluster.AddAsync(), await cluster.AddAsync());
        var client = await cluster.ConnectAsync();
        var runs = Enumerable.Range(0, Runs).Select(n => client.GetWorkflow($"run{n}", "patient")).ToArray();
        await Task.WhenAll(runs.Select((run, n) => run.StartAsync(n)));
        string PathOf(int n) => Path.Combine(cluster.Directory.FullName, $"hold{n}");
        for (var n = 0; n < Holds; n++) await client.GetWorkflow($"hold{n}", "hold").StartAsync(PathOf(n));
        var first = new (int Process, DateTime At)[Holds];
        for (var n = 0; n < Holds; n++) first[n] = await AttemptAsync($"{PathOf(n)}.1");
        var killed = first.Any(attempt => attempt.Process == one.Id) ? one : two;
        var lost = Enumerable.Range(0, Holds).Where(n => first[n].Process == killed.Id).ToArray();
        Assert.NotEmpty(lost);

        // Callers that go on meanwhile see no error.
        var pump = new Pump(client, callers: 4);
        await pump.MoreAsync(20);
        var at = DateTime.UtcNow;
        killed.Kill();
        var delays = new List<TimeSpan>();
        foreach (var n in lost)
        {
            var second = await AttemptAsync($"{PathOf(n)}.2");
            Assert.NotEqual(killed.Id, second.Process);
            delays.Add(second.At - at);
            Assert.Equal(2, await client.GetWorkflow($"hold{n}", "hold").GetResultAsync<int>());
        }

        output.WriteLine($"{lost.Length} attempts were lost and retried {delays.Min()} to {delays.Max()} after the kill");
        Assert.True(delays.Max() <= TimeSpan.FromSeconds(6), $"the last retry began {delays.Max()} after the kill");
        await pump.MoreAsync(20);
        output.WriteLine($"a caller waited {pump.TakeLongest()} at most");
        await pump.EndAsync();
        await Task.WhenAll(runs.Select(async (run, n) =>
        {
            await run.SignalAsync("Go");
            Assert.Equal(n + 1, await run.GetResultAsync<int>());
        }));
    }

    [Fact]
    public async Task Third_Joins_TakesItsPartAndLeavesWithoutAnErrorToAnyone()
    {
        const int Width = 1500;
        await using var cluster = await StartAsync();
        var (one, two) = (await cluster.AddAsync(), await cluster.AddAsync());
        var client = await cluster.ConnectAsync();
        var pump = new Pump(client, callers: 4);
        await pump.MoreAsync(40);
        var calm = pump.TakeLongest();
        var three = await cluster.AddAsync();
        await pump.MoreAsync(100);
        var joining = pump.TakeLongest();

        // More than the silo of the workflow takes at a time: the rest goes to those with room.
        var fan = client.GetWorkflow("fan", "fan");
        var directory = cluster.Directory.FullName;
        await fan.StartAsync(directory);
        await Eventually.EventuallyAsync(
            () => Directory.GetFiles(directory, "at-it.*").Length == 3, "all three have something to do");
        await File.WriteAllTextAsync(Path.Combine(directory, "gate"), "");
        var places = (await fan.GetResultAsync<int[]>()).CountBy(static process => process).ToDictionary();
        output.WriteLine($"a fan-out of {Width} went to {string.Join(", ", places.Values)} of the three silos");
        Assert.Equal(new HashSet<int> { one.Id, two.Id, three.Id }, [.. places.Keys]);
        Assert.All(places.Values, static count => Assert.InRange(count, Width / 10, Width * 8 / 10));

        pump.TakeLongest();
        Assert.Equal(0, await three.TerminateAsync());
        await pump.MoreAsync(100);
        output.WriteLine($"a caller waited at most {calm}; while one joined {joining}; while it left {pump.TakeLongest()}");
        await pump.EndAsync();
        Assert.Equal(0, await two.TerminateAsync());
        Assert.Equal(0, await one.TerminateAsync());
    }

    [Fact]
    public async Task Frozen_IsGivenUpLikeADeadOne_AndEndsItselfWhenItIsBack()
    {
        const int NoMember = 75;
        await using var cluster = await StartAsync();
        var (one, two) = (await cluster.AddAsync(), await cluster.AddAsync());
        var client = await cluster.ConnectAsync();
        var runs = Enumerable.Range(0, 20).Select(n => client.GetWorkflow($"run{n}", "patient")).ToArray();
        await Task.WhenAll(runs.Select((run, n) => run.StartAsync(n)));

        // Its connections stay open and nobody answers, as when a machine vanishes without a word.
        await two.FreezeAsync();
        await one.SaysAsync("is declared dead");
        await Task.WhenAll(runs.Select(async (run, n) =>
        {
            await run.SignalAsync("Go");
            Assert.Equal(n + 1, await run.GetResultAsync<int>());
        })).WaitAsync(Eventually.Limit);
        two.Thaw();
        Assert.Equal(NoMember, await two.ExitAsync());
        Assert.Contains("ORCH0202", two.Output, StringComparison.Ordinal);
        Assert.Equal(0, await one.TerminateAsync());
    }

    [Fact]
    public async Task Database_RestartsUnderLoad_CallersSeeNothingOfIt()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var cluster = new SiloCluster(server, "orchestration");
        await cluster.AddAsync();
        await cluster.AddAsync();
        var client = await cluster.ConnectAsync();
        var pump = new Pump(client, callers: 8);
        await pump.MoreAsync(40);
        await server.StopAsync();
        await server.StartAsync();
        await pump.MoreAsync(100);
        output.WriteLine($"a caller waited {pump.TakeLongest()} at most");
        await pump.EndAsync();
        Assert.Equal(
            (long)pump.Done, await server.QueryAsync("SELECT count(*) FROM orchestration.runs WHERE closed_at IS NOT NULL"));
    }

    [Fact]
    public async Task Connection_LostAfterCommits_EachStepStandsOnce()
    {
        const int Steps = 60;
        await using var cluster = await StartAsync();
        await using var thief = new AnswerThief((await PostgresServer.SharedAsync()).Port);
        await cluster.AddAsync(cluster.Url(port: thief.Port));
        var client = await cluster.ConnectAsync();
        var chains = Enumerable.Range(0, 4).Select(n => client.GetWorkflow($"chain{n}", "chain")).ToArray();
        foreach (var chain in chains) await chain.StartAsync(Steps);
        for (var n = 1; n <= 5; n++)
        {
            thief.Steals = true;
            await Eventually.EventuallyAsync(() => thief.Stolen >= n, "an answer is lost");
            thief.Steals = false;
        }

        foreach (var chain in chains)
        {
            Assert.Equal(Steps, await chain.GetResultAsync<int>());
            var done = 0;
            await foreach (var e in chain.GetHistoryAsync()) done += e.Type == "activity-completed" ? 1 : 0;
            Assert.Equal(Steps, done);
        }
    }

    [Fact]
    public async Task Silos_StartedAtOnceOnNothing_MakeTheTablesOnceAndAreACluster()
    {
        await using var cluster = await StartAsync();
        var silos = Enumerable.Range(0, 3).Select(_ => cluster.Start()).ToArray();
        foreach (var silo in silos) await silo.ReadyAsync();
        var server = await PostgresServer.SharedAsync();
        Assert.Equal(3L, await server.QueryAsync($"SELECT count(*) FROM {_schema}.members WHERE status = 3"));
        Assert.Equal(true, await server.QueryAsync($"SELECT count(*) = max(version) FROM {_schema}.schema_versions"));
        var chain = (await cluster.ConnectAsync()).GetWorkflow("chain", "chain");
        await chain.StartAsync(3);
        Assert.Equal(3, await chain.GetResultAsync<int>());
    }

    private async Task<SiloCluster> StartAsync() => new(await PostgresServer.SharedAsync(), _schema);

    private static async Task<(int Process, DateTime At)> AttemptAsync(string path)
    {
        await Eventually.EventuallyAsync(() => File.Exists(path), $"{path} is there");
        var words = (await File.ReadAllTextAsync(path)).Split(' ');
        return (int.Parse(words[0]), new DateTime(long.Parse(words[1]), DateTimeKind.Utc));
    }
}
