using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Peers;
using Orchestration.Runtime.Placement;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Tests.Transport;
using Orchestration.Runtime.Transport;
using Orchestration.Tests.Support;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Cluster;

public sealed class PeerTests
{
    [Fact]
    public async Task Secret_Wrong_KeepsANewcomerOut()
    {
        await using var cluster = await TestCluster.StartAsync(2, silo => SetSecret(silo, "one"));
        var stranger = cluster.Make(silo => SetSecret(silo, "two"));
        var error = await Assert.ThrowsAsync<OrleansConfigurationException>(() => cluster.RunAsync(stranger.StartAsync()));
        Assert.Contains("ORCH0203", error.Message, StringComparison.Ordinal);
        Assert.Contains(stranger.Log, static line => line.Contains("secret", StringComparison.Ordinal));
        await UnharmedAsync(cluster);
        await cluster.AddAsync(silo => SetSecret(silo, "one"));
    }

    [Fact]
    public async Task Cluster_OfAnotherName_IsRefused()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var stranger = cluster.Make(silo => silo.Configure<ClusterOptions>(options => options.ClusterId = "other"));
        var error = await Assert.ThrowsAsync<OrleansConfigurationException>(() => cluster.RunAsync(stranger.StartAsync()));
        Assert.Contains("ORCH0203", error.Message, StringComparison.Ordinal);
        Assert.Contains(stranger.Log, static line => line.Contains("'other'", StringComparison.Ordinal));
        await UnharmedAsync(cluster);
    }

    [Fact]
    public async Task Address_ThatOthersDoNotReach_FailsTheStartWithThatReason()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var newcomer = cluster.Make(silo =>
        {
            silo.Configure<EndpointOptions>(options =>
                options.SiloListeningEndpoint = new IPEndPoint(IPAddress.Parse("10.9.9.9"), 11111));
            silo.Configure<ClusterMembershipOptions>(options => options.MaxJoinAttemptTime = TimeSpan.FromSeconds(5));
        });
        var error = await Assert.ThrowsAsync<SiloUnavailableException>(() => cluster.RunAsync(newcomer.StartAsync()));
        Assert.Contains("do not reach it at", error.Message, StringComparison.Ordinal);
        await UnharmedAsync(cluster);
    }

    [Fact]
    public async Task Address_OfAnotherSiloThatRuns_EndsTheNewcomerAndNotThatOne()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var newcomer = MakeAt(cluster, cluster.Silos[1]);
        var error = await Assert.ThrowsAsync<OrleansConfigurationException>(() => cluster.RunAsync(newcomer.StartAsync()));
        Assert.Contains("ORCH0204", error.Message, StringComparison.Ordinal);
        Assert.Contains("an address of its own", error.Message, StringComparison.Ordinal);
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.All(cluster.Silos.Take(2), static silo => Assert.Null(silo.Ended));
        Assert.Equal(2, cluster.Silos[0].Active.Count());
        await UnharmedAsync(cluster);
    }

    [Fact]
    public async Task Address_OfAnotherSiloThatCannotBeReached_WaitsForWhatTheOthersFind()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var newcomer = MakeAt(cluster, cluster.Silos[1]);
        cluster.Network.Cut(newcomer.Name, cluster.Silos[1].Name);
        var starting = newcomer.StartAsync();
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(12));
        Assert.False(starting.IsCompleted);
        Assert.All(cluster.Silos.Take(3), static silo => Assert.Null(silo.Ended));
        Assert.DoesNotContain(newcomer.Address, cluster.Silos[0].Membership.CurrentSnapshot.Members.Keys);
        cluster.Silos[1].Kill();
        await cluster.AdvanceUntilAsync(
            () => cluster.Silos[0].Membership.CurrentSnapshot.Members.ContainsKey(newcomer.Address), "it enters",
            TimeSpan.FromSeconds(20));
        newcomer.Kill();
    }

    [Fact]
    public async Task Silo_OverACopyOfTheTable_IsRefusedForGood()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var copy = new InMemoryMembershipTable();
        foreach (var (entry, _) in (await cluster.Table.ReadAll()).Members)
            Assert.True(await copy.InsertRow(entry, (await copy.ReadAll()).Version.Next()));
        var stranger = cluster.Make(silo => silo.Services.AddSingleton<IMembershipTable>(copy));
        var error = await Assert.ThrowsAsync<OrleansConfigurationException>(() => cluster.RunAsync(stranger.StartAsync()));
        Assert.Contains("ORCH0207", error.Message, StringComparison.Ordinal);
        Assert.Contains("give that cluster an id of its own", error.Message, StringComparison.Ordinal);
        await UnharmedAsync(cluster);
        await cluster.AddAsync();
    }

    [Fact]
    public async Task Newcomer_WhoseRowIsSlow_KnocksNowhereBeforeItStands()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var newcomer = cluster.Make();
        newcomer.Table.BeforeInsert = () => cluster.PassedAsync(TimeSpan.FromSeconds(2));
        await cluster.RunAsync(newcomer.StartAsync());
        Assert.DoesNotContain(
            cluster.Silos.SelectMany(static silo => silo.Log),
            static line => line.Contains("ORCH0207", StringComparison.Ordinal));
        await cluster.AgreedAsync();
        await UnharmedAsync(cluster);
    }

    [Fact]
    public async Task Newcomer_WhomOthersHaveCalledBack_SendsNothingOverThoseConnections()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        cluster.Network.IsSilentOnAborts = true; // it does not hear at once that they have ended
        await cluster.AddAsync();
        await cluster.AgreedAsync();
        await UnharmedAsync(cluster);
    }

    [Fact]
    public async Task Protocol_Newer_IsRefusedByNumberOnBothSides()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (one, two) = (cluster.Silos[0], cluster.Silos[1]);
        var identity = new PeerIdentity(
            ClusterOptions.DefaultClusterId, ClusterOptions.DefaultServiceId, "newer", two.Address, new ClusterSecret(""));
        var context = await cluster.Network.Node(two.Name).Connections.ConnectAsync(one.Address.Endpoint);
        var newer = new PeerHandshake(identity, new WireSerializer()) { ProtocolVersion = Handshake.ProtocolVersion + 1 };
        var error = await Assert.ThrowsAsync<PeerRefusedException>(() => newer.ConnectAsync(context, one.Address, default));
        Assert.True(error.ForGood);
        Assert.Contains($"ORCH0201: {one.Address} speaks protocol version", error.Message, StringComparison.Ordinal);
        await context.DisposeAsync();
        await Eventually.EventuallyAsync(
            () => one.Log.Any(static line => line.Contains("ORCH0201", StringComparison.Ordinal)), "the silo says so too");
        await UnharmedAsync(cluster);
    }

    [Theory]
    [InlineData(5, "300 s ahead of")]
    [InlineData(-5, "300 s behind")]
    public async Task Clocks_MinutesApart_AreReportedWithTheAmountAndDecideNothing(int minutes, string says)
    {
        await using var cluster = await TestCluster.StartAsync(2);
        // In no time: what passes while two silos introduce themselves counts as part of the difference.
        var odd = cluster.Make(skew: TimeSpan.FromMinutes(minutes));
        await odd.StartAsync();
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.Contains(cluster.Silos[0].Log, line => line.Contains($"ORCH0208: the clock of {odd.Address} is {says}",
            StringComparison.Ordinal));
        Assert.Contains(odd.Log, static line => line.Contains("ORCH0208", StringComparison.Ordinal));
        Assert.DoesNotContain(cluster.Silos[0].Log, line => line.Contains($"of {cluster.Silos[1].Address} is",
            StringComparison.Ordinal));
        await cluster.AgreedAsync();
        await UnharmedAsync(cluster);
    }

    [Fact]
    public async Task Garbage_OnTheSiloPort_HarmsNothing()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        cluster.Nodes.Add("stranger");
        var connections = cluster.Network.Node("stranger").Connections;
        var random = new Random(11);
        var serializer = new WireSerializer();
        for (var i = 0; i < 60; i++)
        {
            var context = await connections.ConnectAsync(cluster.Silos[0].Address.Endpoint);
            if (i % 3 == 0)
            {
                await Handshake.WriteAsync(
                    context.Transport.Output,
                    new Hello { Role = i % 2 == 0 ? PeerRole.Silo : PeerRole.Client, Nonce = new byte[random.Next(40)] },
                    serializer, default);
            }

            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            context.Transport.Output.Write(bytes);
            await context.Transport.Output.FlushAsync();
            await context.Transport.Output.CompleteAsync();
            await context.DisposeAsync();
        }

        await cluster.AdvanceAsync(TimeSpan.FromSeconds(6));
        await UnharmedAsync(cluster);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Stranger_ThatFallsSilent_IsDroppedInTimeAndHarmsNothing(int words)
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (one, two) = (cluster.Silos[0], cluster.Silos[1]);
        cluster.Nodes.Add("stranger");
        await cluster.EventuallyAsync(() => one.Peers.Strangers == 0, "all others have introduced themselves");
        var context = await cluster.Network.Node("stranger").Connections.ConnectAsync(one.Address.Endpoint);
        await cluster.EventuallyAsync(() => one.Peers.Strangers == 1, "its time has begun");
        if (words == 1) await context.Transport.Output.WriteAsync("ORCW\u0001"u8.ToArray());

        // As one of the cluster, up to where it would have to prove that it is.
        if (words == 2)
        {
            await Handshake.WriteAsync(
                context.Transport.Output,
                new Hello
                {
                    Role = PeerRole.Silo,
                    ClusterId = ClusterOptions.DefaultClusterId, ServiceId = ClusterOptions.DefaultServiceId,
                    From = two.Address, To = one.Address, Nonce = ClusterSecret.NewNonce(),
                },
                new WireSerializer(), default);
        }

        await cluster.AdvanceAsync(new TransportOptions().HandshakeTimeout);
        await cluster.EventuallyAsync(
            () => one.Log.Any(static line => line.Contains("no introduction within", StringComparison.Ordinal)), "it is dropped");
        var ended = EndAsync(context);
        await Eventually.EventuallyAsync(() => ended.IsCompleted, "it hears of it");
        await UnharmedAsync(cluster);
    }

    [Fact]
    public async Task Strangers_MoreThanTheDoorHolds_KeepNoSiloOut()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (one, two) = (cluster.Silos[0], cluster.Silos[1]);
        cluster.Nodes.Add("stranger");
        var connections = cluster.Network.Node("stranger").Connections;
        var first = await connections.ConnectAsync(one.Address.Endpoint);
        for (var n = 0; n <= PeerListener.MaxStrangers; n++) await connections.ConnectAsync(one.Address.Endpoint);
        Assert.Equal(ProbeOutcome.Alive, await two.Peers.CallBackAsync(one.Address));
        var ended = EndAsync(first);
        await Eventually.EventuallyAsync(() => ended.IsCompleted, "the first one made room");
        await UnharmedAsync(cluster);
    }

    [Fact]
    public async Task Frames_FromAKnownPeerThatAreGarbage_EndThatConnectionOnly()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (one, two) = (cluster.Silos[0], cluster.Silos[1]);
        var random = new Random(5);
        var transport = cluster.Network.Node(two.Name);
        var identity = new PeerIdentity(
            ClusterOptions.DefaultClusterId, ClusterOptions.DefaultServiceId, "fake", two.Address, new ClusterSecret(""));
        var sessions = one.Peers.Sessions.ToArray();
        for (var i = 0; i < 40; i++)
        {
            var context = await transport.Connections.ConnectAsync(one.Address.Endpoint);
            await new PeerHandshake(identity, new WireSerializer()).ConnectAsync(context, one.Address, default);
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            await context.Transport.Output.WriteAsync(FrameLog.Frame((FrameKind)random.Next(0, 12), bytes));
            await context.Transport.Output.CompleteAsync();
            await context.DisposeAsync();
        }

        // Calls go through the connection that came last, as long as it is not known to have ended.
        await cluster.EventuallyAsync(() => one.Peers.Sessions.All(sessions.Contains), "those connections have ended");
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(3));
        await UnharmedAsync(cluster);
    }

    [Fact]
    public async Task Probe_ItsConnectionEndsMeanwhile_GoesOverAnother()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (one, two) = (cluster.Silos[0], cluster.Silos[1]);
        cluster.Isolate(two);
        var asked = one.Peers.ProbeAsync(two.Address, TimeSpan.FromSeconds(1));
        await cluster.EventuallyAsync(() => one.Peers.OpenProbes.Any(static open => open.Probes > 0), "the probe is on its way");
        cluster.Network.Reset(two.Name);
        await cluster.EventuallyAsync(
            () => one.Peers.OpenProbes.All(static open => open.Probes == 0), "the connection has ended");
        cluster.Rejoin(two);
        Assert.Equal(ProbeOutcome.Alive, await asked);
    }

    [Fact]
    public async Task Call_ConnectionTakesNothingAndHasNotEnded_GoesOverAnother()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (one, two) = (cluster.Silos[0], cluster.Silos[1]);
        var ring = one.Services.GetRequiredService<SiloRing>();
        var away = Enumerable.Range(0, 100).Select(i => one.Grain<ILocatedGrain>($"k{i}"))
            .First(grain => two.Address.Equals(ring.OwnerOf(grain.GetGrainId())));
        var mute = new MuteConnection();
        var serving = one.Peers.ServeAsync(two.Address, mute);
        one.Peers.Sessions.Last().Abort("its peer is silent");
        Assert.Equal(two.Address.ToParsableString(), await cluster.RunAsync(Task.Run(away.WhereAsync)));
        Assert.Equal(ProbeOutcome.Alive, await one.Peers.ProbeAsync(two.Address, TimeSpan.FromSeconds(1)));
        mute.End();
        await serving;
    }

    [Fact]
    public async Task Generation_ThatIsGone_IsRefused()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (one, two) = (cluster.Silos[0], cluster.Silos[1]);
        var identity = new PeerIdentity(
            ClusterOptions.DefaultClusterId, ClusterOptions.DefaultServiceId, "fake", two.Address, new ClusterSecret(""));
        var context = await cluster.Network.Node(two.Name).Connections.ConnectAsync(one.Address.Endpoint);
        var older = SiloAddress.New(one.Address.Endpoint, one.Address.Generation - 1);
        var error = await Assert.ThrowsAsync<PeerRefusedException>(
            () => new PeerHandshake(identity, new WireSerializer()).ConnectAsync(context, older, default));
        Assert.False(error.ForGood);
        Assert.Contains("it looks for", error.Message, StringComparison.Ordinal);
    }

    private static async Task EndAsync(ConnectionContext context)
    {
        while (true)
        {
            var read = await context.Transport.Input.ReadAsync();
            context.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled) return;
        }
    }

    // It listens elsewhere, and advertises the other one's address.
    private static ClusterSilo MakeAt(TestCluster cluster, ClusterSilo other) => cluster.Make(
        silo => silo.Configure<EndpointOptions>(
            options => options.SiloListeningEndpoint = new IPEndPoint(IPAddress.Parse("10.9.9.9"), 11111)),
        inPlaceOf: other);

    private static void SetSecret(ISiloBuilder silo, string secret) =>
        silo.Services.Configure<PeerOptions>(options => options.ClusterSecret = secret);

    private static async Task UnharmedAsync(TestCluster cluster)
    {
        foreach (var silo in cluster.Silos.Where(static silo => silo.Active.Contains(silo.Address)))
        {
            Assert.Null(silo.Ended);
            for (var i = 0; i < 6; i++) await cluster.RunAsync(silo.Grain<ILocatedGrain>($"u{i}").WhereAsync());
        }
    }

    /// <summary>A connection whose other end says nothing, not even that it was cut.</summary>
    private sealed class MuteConnection : DefaultConnectionContext, IDuplexPipe
    {
        private readonly Pipe _in = new();
        private readonly Pipe _out = new();

        public MuteConnection() => Transport = this;

        public PipeReader Input => _in.Reader;

        public PipeWriter Output => _out.Writer;

        public void End() => _in.Writer.Complete();

        public override void Abort(ConnectionAbortedException abortReason)
        {
        }
    }
}
