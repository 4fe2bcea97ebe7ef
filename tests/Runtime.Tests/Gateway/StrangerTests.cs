using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.References;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Tests.Hosting;
using Orchestration.Runtime.Tests.Transport;
using Orchestration.Runtime.Transport;
using Orchestration.Tests.Support;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Gateway;

/// <summary>Peers that are not what they should be.</summary>
public sealed class StrangerTests
{
    private static readonly Hello s_hello = new()
    {
        ClusterId = ClusterOptions.DefaultClusterId,
        ServiceId = ClusterOptions.DefaultServiceId,
    };

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001")]
    [InlineData("ORCW\u0001\0\0\0\u00ff\u00ff\u00ff\u007f")]
    [InlineData("ORCW\u0001\0\0\0\u0003\0\0\0abc")]
    public async Task Garbage_OnTheGatewayPort_IsDroppedAndTheSiloGoesOn(string garbage)
    {
        await using var silo = await TestSilo.StartAsync();
        using (var socket = await ConnectAsync(silo))
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(garbage));
            await EndAsync(socket);
        }

        await StillServesAsync(silo);
    }

    [Fact]
    public async Task Garbage_RandomBytes_NeverHarms()
    {
        await using var silo = await TestSilo.StartAsync();
        var random = new Random(7);
        for (var i = 0; i < 100; i++)
        {
            using var socket = await ConnectAsync(silo);
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            if (i % 2 == 0 && bytes.Length >= 8) "ORCW\u0001\0\0\0"u8.CopyTo(bytes);
            await socket.SendAsync(bytes);
            socket.Shutdown(SocketShutdown.Send);
            await EndAsync(socket);
        }

        await StillServesAsync(silo);
        await Eventually.EventuallyAsync(() => silo.Services.GetRequiredService<GatewayListener>().Strangers == 0,
            "none is kept");
    }

    [Theory]
    [InlineData("")]
    [InlineData("ORCW\u0001")]
    public async Task Handshake_NotFinishedInTime_IsDropped(string start)
    {
        var time = new ManualTimeProvider();
        await using var silo = await TestSilo.StartAsync(time: time);
        using var socket = await ConnectAsync(silo);
        await socket.SendAsync(Encoding.Latin1.GetBytes(start));
        await Eventually.EventuallyAsync(() => silo.Services.GetRequiredService<GatewayListener>().Strangers == 1,
            "it is looked at");
        time.Advance(new TransportOptions().HandshakeTimeout);
        await EndAsync(socket);
    }

    [Fact]
    public async Task Client_OfAnotherVersion_GetsATypedError()
    {
        await using var silo = await TestSilo.StartAsync();
        var transport = new SocketTransport(NullLoggerFactory.Instance);
        var router = new ClientRouter(
            transport, new WireSerializer(), new TransportOptions(), s_hello, TimeSpan.FromSeconds(5), TimeProvider.System,
            NullLogger<ClientRouter>.Instance)
        { ProtocolVersion = Handshake.ProtocolVersion + 1 };
        using var stop = new CancellationTokenSource();
        var link = new GatewayLink(silo.Local.GatewayAddress.Endpoint, router);
        router.SetLinks([link]);
        var running = link.RunAsync(stop.Token);
        var failure = Assert.IsType<OrleansConfigurationException>(Assert.Single(await router.WhenDecidedAsync(default)));
        Assert.Contains("ORCH0201", failure.Message, StringComparison.Ordinal);
        await stop.CancelAsync();
        await running;
        await StillServesAsync(silo);
    }

    [Fact]
    public async Task Client_OfAnotherCluster_GetsATypedError()
    {
        await using var silo = await TestSilo.StartAsync();
        var error = await Assert.ThrowsAsync<OrleansConfigurationException>(() => TestClient.StartAsync(
            silo, client => client.Configure<ClusterOptions>(options => options.ClusterId = "other")));
        Assert.Contains("other", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_ThatIsNoSilo_GivesTheClientATypedError()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = Task.Run(async () =>
        {
            using var socket = await server.AcceptSocketAsync();
            await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            await EndAsync(socket);
        });
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        await Assert.ThrowsAsync<OrleansConfigurationException>(() => TestClient.StartAsync(port));
        await serving;
    }

    [Fact]
    public async Task Frames_RandomAndBitFlipped_NeverHarmTheSilo()
    {
        await using var silo = await TestSilo.StartAsync();
        await using var client = await TestClient.StartAsync(silo);
        Assert.Equal(2, await client.Grain<ITargetGrain>("a").AddAsync(1, 1));
        var serializer = new WireSerializer();
        var transport = new SocketTransport(NullLoggerFactory.Instance);
        var valid = ValidRequest(serializer);
        var random = new Random(3);
        for (var i = 0; i < 150; i++)
        {
            var context = await transport.ConnectAsync(silo.Local.GatewayAddress.Endpoint);
            await IntroduceAsync(context, serializer);
            var bytes = i % 3 == 0
                ? FrameLog.Frame((FrameKind)random.Next(0, 9), RandomBytes(random, 80))
                : Flip((byte[])valid.Clone(), random);
            await context.Transport.Output.WriteAsync(bytes);
            await context.Transport.Output.CompleteAsync();
            await DrainAsync(context.Transport.Input);
            await context.DisposeAsync();
        }

        Assert.Equal(3, await client.Grain<ITargetGrain>("a").AddAsync(1, 2));
        await Eventually.EventuallyAsync(() => silo.Services.GetRequiredService<GatewayListener>().Clients.Count() == 1,
            "only the client is left");
    }

    [Fact]
    public async Task Frame_OverTheLimit_EndsThatConnectionOnly()
    {
        await using var silo = await TestSilo.StartAsync(
            builder => builder.Services.AddSingleton(new TransportOptions { MaxFrameBytes = 1000 }));
        await using var client = await TestClient.StartAsync(silo);
        var grain = client.Grain<ITargetGrain>("a");
        await Assert.ThrowsAsync<SiloUnavailableException>(() => grain.EchoAsync(new Note(new string('x', 2000), 1)).AsTask());
        Assert.Equal(2, await grain.AddAsync(1, 1));
    }

    private static byte[] ValidRequest(WireSerializer serializer)
    {
        var method = DescriptorRegistry.Shared.Get(typeof(ITargetGrain)).Methods.Single(
            method => method.Method.Name == nameof(ITargetGrain.EchoAsync));
        var request = method.CreateRequest();
        request.Target = GrainId.Create("target", "a");
        var writer = WireWriter.Rent(serializer);
        MessageFormat.WriteRequest(writer, request, 1, TimeSpan.FromSeconds(5));
        var bytes = writer.Written.ToArray();
        writer.Return();
        return bytes;
    }

    private static byte[] Flip(byte[] bytes, Random random)
    {
        for (var i = 0; i < 3; i++) bytes[random.Next(4, bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static async Task IntroduceAsync(ConnectionContext context, WireSerializer serializer)
    {
        await Handshake.WriteAsync(context.Transport.Output, s_hello, serializer, default);
        var (reply, _) = await Handshake.ReadAsync<HelloReply>(
            context.Transport.Input, Handshake.MaxReplyBytes, serializer, default);
        Assert.Equal(HelloOutcome.Welcome, reply!.Outcome);
    }

    private static async Task DrainAsync(PipeReader input)
    {
        try
        {
            while (true)
            {
                var read = await input.ReadAsync();
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Either end has cut the connection.
        }
    }

    private static async Task<Socket> ConnectAsync(TestSilo silo)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(silo.Local.GatewayAddress.Endpoint);
        return socket;
    }

    // The peer ends the connection, be it with what it had to say first or by a reset.
    private static async Task EndAsync(Socket socket)
    {
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException)
        {
        }
    }

    private static async Task StillServesAsync(TestSilo silo)
    {
        await using var client = await TestClient.StartAsync(silo);
        Assert.Equal(2, await client.Grain<ITargetGrain>("a").AddAsync(1, 1));
    }

    private static byte[] RandomBytes(Random random, int most)
    {
        var bytes = new byte[random.Next(most)];
        random.NextBytes(bytes);
        return bytes;
    }
}
