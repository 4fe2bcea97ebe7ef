using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Tests.Hosting;
using Orchestration.Tests.Support;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orchestration.Runtime.Tests.Gateway;

public sealed class GatewayCallTests
{
    [Fact]
    public async Task Call_ArgumentsAndResults_CrossTheWire()
    {
        await using var silo = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(silo);
        var grain = client.Grain<ITargetGrain>("a");
        Assert.Equal(7, await grain.AddAsync(3, 4));
        Assert.Equal(new Note("x", 1), await grain.EchoAsync(new Note("x", 1)));
        Assert.Null(await grain.EchoAsync(null));
        Assert.Equal(3_000_000, (await grain.BytesAsync(3_000_000)).Length);
        RequestContext.Set("who", "me");
        Assert.Equal("me", await grain.ContextAsync("who"));
        RequestContext.Clear();
        Assert.Equal(5, await (await grain.SelfAsync()).AddAsync(2, 3));
    }

    [Fact]
    public async Task Call_ManyConcurrentCallers_EachGetsItsAnswer()
    {
        await using var silo = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(silo);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async caller =>
        {
            var grain = client.Grain<ITargetGrain>($"g{caller % 7}");
            for (var i = 0; i < 100; i++) Assert.Equal(caller + i, await grain.AddAsync(caller, i));
        }));
        Assert.Equal(0, client.Router.Sessions[0].OpenCalls);
    }

    [Fact]
    public async Task Call_GrainThrows_TypeMessageMembersAndStackArrive()
    {
        await using var silo = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(silo);
        var error = await Assert.ThrowsAsync<RefusedException>(() => client.Grain<ITargetGrain>("a").FailAsync("because"));
        Assert.Equal("because", error.Message);
        Assert.Equal(42, error.Code);
        Assert.Contains(nameof(TargetGrain), error.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_GrainThrowsATypeThatIsNotSent_AStandInNamesIt()
    {
        await using var silo = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(silo);
        var error = await Assert.ThrowsAsync<UnavailableExceptionFallbackException>(
            () => client.Grain<ITargetGrain>("a").FailOddlyAsync());
        Assert.Equal(typeof(OddException).FullName, error.ExceptionType);
        Assert.Equal("odd", error.Message);
    }

    [Fact]
    public async Task Call_ResultCannotBeSent_CallerIsToldWhy()
    {
        await using var silo = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(silo);
        var grain = client.Grain<ITargetGrain>("a");
        var error = await Assert.ThrowsAnyAsync<SerializerException>(() => grain.UnsendableAsync());
        Assert.Contains(nameof(NotSendable), error.Message, StringComparison.Ordinal);
        Assert.Equal(2, await grain.AddAsync(1, 1));
    }

    [Fact]
    public async Task Call_CallerCancels_GrainIsToldAndCallerReleased()
    {
        await using var silo = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(silo);
        var grain = client.Grain<ITargetGrain>("a");
        using var cancellation = new CancellationTokenSource();
        var call = grain.WaitAsync(cancellation.Token);
        await Eventually.EventuallyAsync(() => grain.ToldAsync(), told => told == "waiting", "the call has arrived");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Eventually.EventuallyAsync(() => grain.ToldAsync(), told => told == "cancelled", "the grain's token is cancelled");
    }

    [Fact]
    public async Task Call_OneWay_ReturnsAtOnceAndArrives()
    {
        await using var silo = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(silo);
        var grain = client.Grain<ITargetGrain>("a");
        await grain.TellAsync("news");
        await Eventually.EventuallyAsync(() => grain.ToldAsync(), told => told == "news", "the one-way call arrives");
    }

    [Fact]
    public async Task Call_NoAnswerInTime_TimesOutAndIsForgotten()
    {
        await using var silo = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(silo, builder =>
            builder.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(1)));
        await Assert.ThrowsAsync<TimeoutException>(() => client.Grain<ITargetGrain>("a").GateAsync());
        await Eventually.EventuallyAsync(() => client.Router.Sessions[0].OpenCalls == 0, "it is forgotten");
        await silo.Grain<ITargetGrain>("a").OpenAsync();
    }

    [Fact]
    public async Task Call_MoreOpenThanTheGatewayTakes_IsRejected()
    {
        await using var silo = await TestSilo.StartAsync(builder =>
            builder.Services.AddSingleton(new Runtime.Transport.TransportOptions { MaxOpenCalls = 3 }));
        await using var client = await TestClient.StartAsync(silo);
        var grain = client.Grain<ITargetGrain>("a");
        var open = Enumerable.Range(0, 3).Select(_ => grain.GateAsync()).ToArray();
        await Eventually.EventuallyAsync(
            () => silo.Services.GetRequiredService<GatewayListener>().Clients.Any(static c => c.OpenCalls == 3),
            "three calls are open");
        await Assert.ThrowsAsync<GatewayTooBusyException>(() => grain.GateAsync());
        await silo.Grain<ITargetGrain>("a").OpenAsync();
        Assert.All(await Task.WhenAll(open), answer => Assert.Equal("opened", answer));
        Assert.Equal(2, await grain.AddAsync(1, 1));
    }

    [Fact]
    public async Task Resolve_BeforeTheFirstConnection_SaysSo()
    {
        var services = new ServiceCollection();
        services.AddOrleansClient(client => client.UseLocalhostClustering(1));
        await using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<InvalidOperationException>(
            () => provider.GetRequiredService<IClusterClient>().GetGrain<ITargetGrain>("a"));
        Assert.Contains("start its host", error.Message, StringComparison.Ordinal);
    }
}
