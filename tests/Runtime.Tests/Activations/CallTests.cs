using System.Diagnostics;
using Orchestration.Runtime.Tests.Hosting;
using Orleans;
using Xunit.Abstractions;

namespace Orchestration.Runtime.Tests.Activations;

public interface ICountGrain : IGrainWithStringKey
{
    Task<int> AddAsync(int by);

    ValueTask<string> NameAsync();
}

public sealed class CountGrain : Grain, ICountGrain
{
    private int _sum;

    public Task<int> AddAsync(int by) => Task.FromResult(_sum += by);

    public async ValueTask<string> NameAsync()
    {
        await Task.Yield();
        return this.GetPrimaryKeyString();
    }
}

public sealed class CallTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Call_NewGrain_IsActivatedAndAnswers()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<ICountGrain>("a");
        Assert.Equal(3, await grain.AddAsync(3));
        Assert.Equal(5, await grain.AddAsync(2));
        Assert.Equal("a", await grain.NameAsync());
    }

    [Fact]
    public async Task Call_ManyInSequence_AreCheap()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<ICountGrain>("a");
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var all = GC.GetTotalAllocatedBytes();
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < 100_000; i++) await grain.AddAsync(1);
            output.WriteLine($"{100_000 / watch.Elapsed.TotalSeconds:0} calls/s, {(GC.GetTotalAllocatedBytes() - all) / 100_000} bytes a call");
        }
    }
}
