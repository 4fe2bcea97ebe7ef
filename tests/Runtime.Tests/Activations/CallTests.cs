using Orchestration.Runtime.References;
using Orchestration.Runtime.Tests.Hosting;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Activations;

public interface ICountGrain : IGrainWithStringKey
{
    Task<int> AddAsync(int by);

    ValueTask<string> NameAsync();

    ValueTask ResetAsync();
}

public interface IOtherFaceGrain : IGrainWithStringKey
{
    Task<int> SumAsync();
}

public sealed class CountGrain : Grain, ICountGrain, IOtherFaceGrain
{
    private int _sum;

    public Task<int> AddAsync(int by) => Task.FromResult(_sum += by);

    public Task<int> SumAsync() => Task.FromResult(_sum);

    public async ValueTask<string> NameAsync()
    {
        await Task.Yield();
        return this.GetPrimaryKeyString();
    }

    public ValueTask ResetAsync()
    {
        _sum = 0;
        return ValueTask.CompletedTask;
    }
}

public interface IMutableGrain : IGrainWithStringKey
{
    Task KeepAsync(List<int> values, [Immutable] int[] shared);

    Task<List<int>> KeptAsync();

    Task<int> SharedSumAsync();
}

public sealed class MutableGrain : Grain, IMutableGrain
{
    private List<int> _kept = [];
    private int[] _shared = [];

    public Task KeepAsync(List<int> values, int[] shared)
    {
        _kept = values;
        _shared = shared;
        return Task.CompletedTask;
    }

    public Task<List<int>> KeptAsync() => Task.FromResult(_kept);

    public Task<int> SharedSumAsync() => Task.FromResult(_shared.Sum());
}

public interface INowhereGrain : IGrainWithStringKey
{
    Task CallAsync();
}

public interface IGenericMethod : IGrainWithStringKey
{
    Task<T> EchoAsync<T>(T value);
}

public interface ISynchronousMethod : IGrainWithStringKey
{
    int Add(int by);
}

public interface ISameOnTheWire : IGrainWithStringKey
{
    Task PutAsync(int value);

    Task PutAsync(string value);
}

public sealed class CallTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_NewGrain_IsActivatedAndAnswers(bool serialize)
    {
        await using var silo = await TestSilo.StartAsync(serialize: serialize);
        var grain = silo.Grain<ICountGrain>("a");
        Assert.Equal(3, await grain.AddAsync(3));
        Assert.Equal(5, await grain.AddAsync(2));
        Assert.Equal("a", await grain.NameAsync());
        await grain.ResetAsync();
        Assert.Equal(1, await grain.AddAsync(1));
        Assert.Equal(1, silo.Catalog.Count);
    }

    [Fact]
    public async Task Call_ThroughSecondInterface_ReachesTheSameActivation()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<ICountGrain>("a");
        await grain.AddAsync(7);
        Assert.Equal(7, await silo.Grain<IOtherFaceGrain>("a").SumAsync());
        Assert.Equal(7, await grain.AsReference<IOtherFaceGrain>().SumAsync());
        Assert.Equal(grain.GetGrainId(), silo.Grain<IOtherFaceGrain>("a").GetGrainId());
        Assert.Equal("a", grain.GetPrimaryKeyString());
    }

    [Fact]
    public async Task Call_MutableArgument_IsCopiedUnlessMarkedImmutable()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IMutableGrain>("a");
        List<int> mine = [1];
        int[] shared = [1, 2];
        await grain.KeepAsync(mine, shared);
        mine.Add(2);
        shared[0] = 10;
        var kept = await grain.KeptAsync();
        Assert.Equal([1], kept);
        kept.Add(3);
        Assert.Equal([1], await grain.KeptAsync());
        Assert.Equal(12, await grain.SharedSumAsync());
    }

    [Fact]
    public async Task GetGrain_InterfaceWithoutClass_SaysSo()
    {
        await using var silo = await TestSilo.StartAsync();
        var error = Assert.Throws<ArgumentException>(() => silo.Grain<INowhereGrain>("a"));
        Assert.Contains(nameof(INowhereGrain), error.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => silo.Grain<ICountGrain>(""));
    }

    [Fact]
    public async Task Call_UnknownGrainType_FailsWithItsName()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Client.GetGrain<ICountGrain>(GrainId.Create("nonesuch", "a"));
        var error = await Assert.ThrowsAsync<ArgumentException>(() => grain.AddAsync(1));
        Assert.Contains("nonesuch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_InterfaceThatTheClassLacks_Fails()
    {
        await using var silo = await TestSilo.StartAsync();
        var id = silo.Grain<ICountGrain>("a").GetGrainId();
        await Assert.ThrowsAsync<InvalidCastException>(() => silo.Client.GetGrain<IMutableGrain>(id).KeptAsync());
        Assert.Equal(1, await silo.Grain<ICountGrain>("a").AddAsync(1));
    }

    [Theory]
    [InlineData(typeof(IGenericMethod), "generic")]
    [InlineData(typeof(ISynchronousMethod), "Task")]
    [InlineData(typeof(ISameOnTheWire), "alias")]
    public void Interface_MethodThatCannotBeCalled_IsRefused(Type type, string why)
    {
        var error = Assert.Throws<ArgumentException>(() => new InterfaceDescriptor(type));
        Assert.Contains(why, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void GrainId_TextAndHash_AreStable()
    {
        var id = GrainId.Create("order", "order-42");
        Assert.Equal("order/order-42", id.ToString());
        Assert.Equal(id, GrainId.Parse("order/order-42"));
        Assert.Equal(id.GetUniformHashCode(), GrainId.Parse(id.ToString()).GetUniformHashCode());

        // Published test vectors of the hash: stored rows and the ring rest on it.
        Assert.Equal(0x02CC5D05u, XxHash32.Compute([]));
        Assert.Equal(0x32D153FFu, XxHash32.Compute("abc"u8));
    }

    [Fact]
    public void SiloAddress_Text_RoundTrips()
    {
        var address = SiloAddress.New(System.Net.IPAddress.Loopback, 11111, 77);
        Assert.Equal("127.0.0.1:11111@77", address.ToParsableString());
        Assert.Equal(address, SiloAddress.FromParsableString(address.ToParsableString()));
        Assert.True(SiloAddress.New(address.Endpoint, 78).IsSuccessorOf(address));
        Assert.False(SiloAddress.TryParse("nonsense", out _));
        Assert.Equal("\"127.0.0.1:11111@77\"", System.Text.Json.JsonSerializer.Serialize(address));
    }
}
