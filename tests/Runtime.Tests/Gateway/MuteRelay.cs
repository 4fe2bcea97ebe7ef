using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Orchestration.Runtime.Tests.Gateway;

/// <summary>
/// Passes bytes on between a client and a gateway until it is muted: what is connected then stays connected, and nothing more
/// comes through, as when the other machine has lost its power. What connects later is passed on again.
/// </summary>
internal sealed class MuteRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _to;
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentBag<Task> _pumps = [];
    private readonly Task _accepting;
    private volatile int _mutedUpTo;
    private int _accepted;

    public MuteRelay(IPEndPoint to)
    {
        _to = to;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Mute() => _mutedUpTo = Volatile.Read(ref _accepted);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _over.SetResult();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_pumps);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                _pumps.Add(ServeAsync(client, Interlocked.Increment(ref _accepted)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket client, int number)
    {
        using (client)
        using (var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await server.ConnectAsync(_to);
            await Task.WhenAny(PumpAsync(client, server, number), PumpAsync(server, client, number));
        }
    }

    private async Task PumpAsync(Socket from, Socket to, int number)
    {
        var buffer = new byte[8192];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var read)
            {
                if (number > _mutedUpTo) await to.SendAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The connection, or the test, is over.
        }

        // The end of one side is not told to the other either.
        if (number <= _mutedUpTo) await _over.Task;
    }
}
