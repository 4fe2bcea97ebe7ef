using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestration.Benchmarks.Api;

/// <summary>
/// Takes what is exported by OTLP over HTTP and throws it away, at as little cost as may be: it shares the machine with what is
/// measured. Counts requests and bytes.
/// </summary>
internal sealed class Collector : IAsyncDisposable
{
    private static readonly byte[] Answer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;
    private long _bytes;
    private long _requests;

    public Collector()
    {
        _listener.Start();
        Address = $"http://{_listener.LocalEndpoint}";
        _accepting = AcceptAsync();
    }

    /// <summary>Where it is.</summary>
    public string Address { get; }

    /// <summary>The bodies' bytes so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The requests so far.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.RemoveAll(static c => c.IsCompleted);
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var taken = client;
        var (stream, buffer, held) = (client.GetStream(), new byte[1 << 18], 0);
        try
        {
            while (true)
            {
                int head;
                while ((head = buffer.AsSpan(0, held).IndexOf("\r\n\r\n"u8)) < 0)
                {
                    var read = await stream.ReadAsync(buffer.AsMemory(held), _ending.Token);
                    if (read == 0) return;
                    held += read;
                }

                var length = LengthOf(Encoding.ASCII.GetString(buffer, 0, head));
                var left = length - (held - head - 4);
                while (left > 0)
                {
                    var read = await stream.ReadAsync(buffer, _ending.Token);
                    if (read == 0) return;
                    left -= read;
                }

                held = 0; // nobody sends a request before the last one is answered
                Interlocked.Add(ref _bytes, length);
                Interlocked.Increment(ref _requests);
                await stream.WriteAsync(Answer, _ending.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The silo was killed, or the measurement is over.
        }
    }

    private static int LengthOf(string head)
    {
        const string Name = "content-length:";
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (at < 0) throw new InvalidOperationException($"A request without a length:\n{head}");
        var end = head.IndexOf('\r', at);
        return int.Parse(head[(at + Name.Length)..(end < 0 ? head.Length : end)], CultureInfo.InvariantCulture);
    }
}
