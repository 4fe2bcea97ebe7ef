using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>A full disk below a whole silo: work stalls, nothing is acknowledged or lost, and all goes on with space.</summary>
public sealed class FullDiskTests
{
    private readonly World _world = new();

    [Fact]
    public async Task DiskFull_WorkWaitsAndReadsAnswer_AndAllGoesOnWithSpace()
    {
        await using var file = new SqliteFile();
        await using (var before = await StartAsync(file))
        {
            await before.Client.GetWorkflow<Blocker>("waits").StartAsync("waits");
            await _world.StartOf("waits").Task;
            await before.Client.GetWorkflow<Sequence>("ended").ExecuteAsync(1);
        }

        file.PageLimit = 1; // fewer than there are: not a page more can be had
        await using var silo = await StartAsync(file);
        var filler = new string('x', 100_000);
        var begun = silo.Client.GetWorkflow<Blocker>("new").StartAsync(filler);
        _world.Block("waits").SetResult(filler);
        var waits = silo.Client.GetWorkflow<Blocker>("waits").GetResultAsync();

        // What is there can be read meanwhile, and what cannot be written is not told.
        Assert.Equal(0, await silo.Client.GetWorkflow<Sequence>("ended").GetResultAsync());
        Assert.Equal(2, await silo.Client.ListAsync().CountAsync());
        Assert.False(begun.IsCompleted);
        Assert.False(waits.IsCompleted);

        file.PageLimit = 1 << 30;
        await begun;
        Assert.Equal(filler, await waits);
        Assert.Equal(3, await silo.Client.ListAsync().CountAsync());
        await silo.Client.GetWorkflow<Blocker>("new").TerminateAsync("enough");
    }

    private async Task<TestSilo> StartAsync(SqliteFile file) => await TestSilo.StartAsync(
        await file.OpenAsync(), TestHosting.All, services: s => s.AddSingleton(_world));
}
