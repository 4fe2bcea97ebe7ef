using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Orchestration.Tests.Servers;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>
/// The way to the service, which may be cut: requests and answers that are on it are lost, and new connections end at once.
/// Thread-safe.
/// </summary>
/// <remarks>
/// The service itself is not ended: Azurite, told to end in the midst of appends, may come back with blobs that it answers 500
/// for, and for ever.
/// </remarks>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private readonly Task _accepting;
    private volatile bool _isCut;
    private int _refused;

    private Relay(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public static Relay To(AzuriteServer server) => new(server.Port);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Cuts what is open, and refuses what comes.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var client in _open.Keys) client.Close();
    }

    /// <summary>Lets connections through again.</summary>
    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
                serving.RemoveAll(static task => task.IsCompletedSuccessfully);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            _open[client] = 0;
            if (_isCut)
            {
                Interlocked.Increment(ref _refused);
            }
            else
            {
                await server.ConnectAsync(IPAddress.Loopback, _server);
                var (asking, answering) = (PumpAsync(client, server), PumpAsync(server, client));
                await Task.WhenAny(asking, answering);
                client.Close();
                server.Close();
                await Task.WhenAll(asking, answering);
            }

            _open.TryRemove(client, out _);
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream(), _end.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException
            or InvalidOperationException)
        {
            // One side has gone: the other is closed by the caller.
        }
    }
}
