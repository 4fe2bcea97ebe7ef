using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Orchestration.PostgreSql.Tests.Server;
using Orchestration.Silo.Tests;
using Orchestration.Tests.Servers;

namespace Orchestration.PostgreSql.Tests.Silos;

/// <summary>Newcomers that do not belong to a cluster of real processes: each is told why, and the cluster goes on.</summary>
public sealed class StrangerTests
{
    private readonly string _schema = "t_" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Silo_OverACopyOfTheStore_IsRefusedByTheOriginalsSilos()
    {
        var server = await PostgresServer.SharedAsync();
        await using var cluster = new SiloCluster(server, _schema);
        var one = await cluster.AddAsync();

        // As a database that was restored elsewhere, with the members that it had.
        var copy = _schema + "_c";
        var made = await cluster.AddAsync(cluster.Url(schema: copy));
        Assert.Equal(0, await made.TerminateAsync());
        await server.QueryAsync(
            $"DELETE FROM {copy}.members; DELETE FROM {copy}.clusters; "
            + $"INSERT INTO {copy}.clusters SELECT * FROM {_schema}.clusters; "
            + $"INSERT INTO {copy}.members SELECT * FROM {_schema}.members");
        var second = cluster.Start(cluster.Url(schema: copy));
        Assert.Equal(1, await second.ExitAsync());
        Assert.Single(second.Error.Trim().Split('\n'));
        Assert.Contains("give that cluster an id of its own", second.Error, StringComparison.Ordinal);
        Assert.Contains("docs/errors/ORCH0207.md", second.Error, StringComparison.Ordinal);
        await UnharmedAsync(cluster, one);
    }

    [Fact]
    public async Task Strangers_AtTheDoor_AreRefusedInWordsAndHarmNothing()
    {
        await using var cluster = new SiloCluster(await PostgresServer.SharedAsync(), _schema);
        var one = await cluster.AddAsync();
        var line = await one.SaysAsync("cluster     dev, as");
        var place = line[(line.LastIndexOf(' ') + 1)..].Split('@')[0];
        var door = new IPEndPoint(IPAddress.Loopback, int.Parse(place.Split(':')[^1], CultureInfo.InvariantCulture));
        var gate = new IPEndPoint(IPAddress.Loopback, await one.ReadyAsync());
        foreach (var port in new[] { door, gate })
        {
            await KnockAsync(port, Newer());
            await KnockAsync(port, Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"));
            await KnockAsync(port, [0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5]);
            var random = new Random(5);
            for (var n = 0; n < 30; n++)
            {
                var bytes = new byte[random.Next(1, 400)];
                random.NextBytes(bytes);
                await KnockAsync(port, bytes);
            }
        }

        await one.SaysAsync("ORCH0201");
        await one.SaysAsync("ORCH0206: it speaks TLS");
        await one.SaysAsync("speaks another protocol");
        await UnharmedAsync(cluster, one);
    }

    [Fact]
    public async Task Newcomer_ThatOthersDoNotReach_SaysSoAndGivesUp()
    {
        // A network of its own: the store is reached through a file, the other silo is not.
        var directory = Directory.CreateTempSubdirectory("cut-off-");
        string[] arguments = ["--data", directory.FullName, "--cluster", "dev", "--port", "0", "--join-timeout", "3"];
        using (var one = SiloProcess.Start(arguments))
        {
            await one.ReadyAsync();
            using var cut = SiloProcess.Start(
                ["unshare", "--user", "--map-root-user", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"],
                arguments);
            Assert.Equal(1, await cut.ExitAsync());
            Assert.Single(cut.Error.Trim().Split('\n'));
            Assert.Contains("it does not reach", cut.Error, StringComparison.Ordinal);
            Assert.Contains("loopback", cut.Error, StringComparison.Ordinal);
            Assert.Contains("docs/errors/ORCH0204.md", cut.Error, StringComparison.Ordinal);
            Assert.Equal(0, await one.TerminateAsync());
        }

        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Silo_WithTheDocumentedGrantsAlone_ServesInACluster()
    {
        var server = await PostgresServer.SharedAsync();
        var (owner, silo) = (_schema[..20] + "_owner", _schema[..20] + "_silo");
        await Grants.MakeAsync(server, owner, silo);
        await using var cluster = new SiloCluster(server, owner);
        await cluster.AddAsync(cluster.Url(silo, "p"));
        await cluster.AddAsync(cluster.Url(silo, "p"));
        var pump = new Pump(await cluster.ConnectAsync(), callers: 2);
        await pump.MoreAsync(20);
        await pump.EndAsync();
    }

    private static async Task UnharmedAsync(SiloCluster cluster, SiloProcess silo)
    {
        var chain = (await cluster.ConnectAsync()).GetWorkflow("chain", "chain");
        await chain.StartAsync(3);
        Assert.Equal(3, await chain.GetResultAsync<int>());
        Assert.Equal(0, await silo.TerminateAsync());
    }

    /// <summary>The first words of a release that does not exist yet.</summary>
    private static byte[] Newer()
    {
        var words = new byte[40];
        "ORCW"u8.CopyTo(words);
        BinaryPrimitives.WriteUInt16LittleEndian(words.AsSpan(4), 99);
        BinaryPrimitives.WriteInt32LittleEndian(words.AsSpan(8), words.Length - 12);
        return words;
    }

    private static async Task KnockAsync(IPEndPoint at, byte[] words)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(at);
        await socket.SendAsync(words);
        socket.Shutdown(SocketShutdown.Send);
        try
        {
            var answer = new byte[4096];
            while (await socket.ReceiveAsync(answer) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Hung up on.
        }
    }
}
