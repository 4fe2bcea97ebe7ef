using System.Net;
using System.Net.Sockets;

namespace Orchestration.PostgreSql.Tests.Server;

/// <summary>
/// Stands between a store and its server and, once told to, keeps the server's answers and cuts the connections after the
/// next one: what was asked for is done, and nobody hears of it.
/// </summary>
public sealed class AnswerThief : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private int _stolen;
    private volatile bool _steals;

    public AnswerThief(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were cut.</summary>
    public int Stolen => Volatile.Read(ref _stolen);

    /// <summary>Whether answers are kept from now on.</summary>
    public bool Steals
    {
        get => _steals;
        set => _steals = value;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var pumps = new List<Task>();
        try
        {
            while (true) pumps.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(pumps);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(IPAddress.Loopback, _server);
            var asking = PumpAsync(client.GetStream(), server.GetStream(), isAnswer: false);
            var answering = PumpAsync(server.GetStream(), client.GetStream(), isAnswer: true);
            await Task.WhenAny(asking, answering);
            client.Close();
            server.Close();
            await Task.WhenAll(asking, answering);
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool isAnswer)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (await from.ReadAsync(buffer, _end.Token) is > 0 and var read)
            {
                if (isAnswer && _steals)
                {
                    Interlocked.Increment(ref _stolen);
                    return;
                }

                await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has gone: the other is closed by the caller.
        }
    }
}
