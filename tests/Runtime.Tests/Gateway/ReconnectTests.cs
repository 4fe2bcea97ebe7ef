using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Tests.Hosting;
using Orchestration.Runtime.Transport;
using Orchestration.Tests.Support;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace Orchestration.Runtime.Tests.Gateway;

public sealed class ReconnectTests
{
    [Fact]
    public async Task Connection_Cut_OpenCallsFailAsUnknownAndTheClientComesBack()
    {
        await using var silo = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(silo);
        var gateway = silo.Services.GetRequiredService<GatewayListener>();
        var grain = client.Grain<ITargetGrain>("a");
        var open = grain.GateAsync();
        await Eventually.EventuallyAsync(() => gateway.Clients.Any(static c => c.OpenCalls == 1), "the call has arrived");
        gateway.Clients.Single().Connection.Abort("test");
        var error = await Assert.ThrowsAsync<SiloUnavailableException>(() => open);
        Assert.Contains("unknown", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, await grain.AddAsync(1, 2));
        await grain.OpenAsync();
    }

    [Fact]
    public async Task Peer_VanishesWithoutAWord_BothSidesNoticeAndTheClientComesBack()
    {
        // A clock each: what the client has connected anew must not fall silent too while the silo's moves on.
        var (here, there) = (new ManualTimeProvider(), new ManualTimeProvider());
        await using var silo = await TestSilo.StartAsync(time: there);
        await using var relay = new MuteRelay(silo.Local.GatewayAddress.Endpoint);
        await using var client = await TestClient.StartAsync(
            relay.Port, builder => builder.Services.AddSingleton<TimeProvider>(here));
        var gateway = silo.Services.GetRequiredService<GatewayListener>();
        var grain = client.Grain<ITargetGrain>("a");
        var open = grain.GateAsync();
        await Eventually.EventuallyAsync(() => gateway.Clients.Any(c => c.OpenCalls == 1), "the call has arrived");
        var (session, connection) = (client.Router.Sessions.Single(), gateway.Clients.Single());
        relay.Mute();
        here.Advance(new TransportOptions().KeepAliveTimeout);

        // Neither was told that the other is gone.
        var error = await Assert.ThrowsAsync<SiloUnavailableException>(() => open);
        Assert.Contains("unknown", error.Message, StringComparison.Ordinal);
        await Eventually.EventuallyAsync(
            () =>
            {
                var isNew = client.Router.Sessions.Any(other => other != session);
                if (!isNew) here.Advance(TimeSpan.FromMilliseconds(10));
                return isNew;
            },
            "the client has connected anew");
        Assert.Equal(3, await grain.AddAsync(1, 2));
        Assert.DoesNotContain(session, client.Router.Sessions);
        there.Advance(new TransportOptions().KeepAliveTimeout);
        await Eventually.EventuallyAsync(() => !gateway.Clients.Contains(connection), "the silo has noticed too");
    }

    [Fact]
    public async Task Silo_RestartsOnTheSamePort_CallsMadeMeanwhileAreAnswered()
    {
        var port = FreePorts.Take();
        var silo = await StartAsync(port);
        await using var client = await TestClient.StartAsync(port);
        var grain = client.Grain<ITargetGrain>("a");
        Assert.Equal(2, await grain.AddAsync(1, 1));
        await silo.DisposeAsync();
        await Eventually.EventuallyAsync(() => client.Router.Sessions.Count == 0, "the client has noticed");
        var waiting = Enumerable.Range(0, 500).Select(i => grain.AddAsync(i, 1)).ToArray();
        Assert.All(waiting, call => Assert.False(call.IsCompleted));
        await using var again = await StartAsync(port);
        Assert.Equal(Enumerable.Range(1, 500), await Task.WhenAll(waiting));
    }

    [Fact]
    public async Task Silo_StopsWithCallsOpen_TheirAnswersStillArrive()
    {
        var silo = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(silo);
        var gateway = silo.Services.GetRequiredService<GatewayListener>();
        var open = client.Grain<ITargetGrain>("a").GateAsync();
        await Eventually.EventuallyAsync(() => gateway.Clients.Any(static c => c.OpenCalls == 1), "the call has arrived");
        await gateway.RetireAsync();
        await Eventually.EventuallyAsync(() => client.Router.Sessions.Count == 0, "the client is asked to go elsewhere");
        await silo.Grain<ITargetGrain>("a").OpenAsync();
        Assert.Equal("opened", await open);
        await silo.DisposeAsync();
    }

    [Fact]
    public async Task Call_NoGatewayWithinTheTimeout_TimesOut()
    {
        var silo = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(silo, builder =>
            builder.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(1)));
        var grain = client.Grain<ITargetGrain>("a");
        await silo.DisposeAsync();
        await Eventually.EventuallyAsync(() => client.Router.Sessions.Count == 0, "the client has noticed");
        await Assert.ThrowsAsync<TimeoutException>(() => grain.AddAsync(1, 1));
    }

    [Fact]
    public async Task Client_Stopped_OpenCallsFailAndLaterOnesAreRefused()
    {
        await using var silo = await TestSilo.StartAsync();
        var client = await TestClient.StartAsync(silo);
        var grain = client.Grain<ITargetGrain>("a");
        var open = grain.GateAsync();
        await client.StopAsync();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => open);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => grain.AddAsync(1, 1));
        await silo.Grain<ITargetGrain>("a").OpenAsync();
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Gateway_OneOfTwoStops_CallsGoThroughTheOther()
    {
        await using var first = await TestSilo.StartAsync();
        var second = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(
            first.Local.GatewayAddress.Endpoint.Port,
            builder => builder.UseStaticClustering(first.Local.GatewayAddress.Endpoint, second.Local.GatewayAddress.Endpoint));
        await Eventually.EventuallyAsync(() => client.Router.Sessions.Count == 2, "both are connected");
        await CallAllAsync();
        await second.DisposeAsync();
        await Eventually.EventuallyAsync(() => client.Router.Sessions.Count == 1, "the client has noticed");
        await CallAllAsync();

        Task CallAllAsync() => Task.WhenAll(
            Enumerable.Range(0, 20).Select(async i => Assert.Equal(i, await client.Grain<ITargetGrain>($"g{i}").AddAsync(i, 0))));
    }

    [Fact]
    public async Task Start_NobodyListens_FailsUnlessTheFilterSaysToTryAgain()
    {
        var port = FreePorts.Take();
        await Assert.ThrowsAsync<ConnectionFailedException>(() => TestClient.StartAsync(port));
        var asked = 0;
        TestSilo? silo = null;
        await using var client = await TestClient.StartAsync(port, builder => builder.UseConnectionRetryFilter(async (_, _) =>
        {
            if (asked++ == 0) silo = await StartAsync(port);
            return true;
        }));
        Assert.Equal(2, await client.Grain<ITargetGrain>("a").AddAsync(1, 1));
        await silo!.DisposeAsync();
    }

    private static Task<TestSilo> StartAsync(int port) =>
        TestSilo.StartAsync(silo => silo.Configure<EndpointOptions>(options => options.GatewayPort = port));
}
