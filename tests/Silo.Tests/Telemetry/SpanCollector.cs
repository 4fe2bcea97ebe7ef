using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orchestration.Silo.Tests.Telemetry;

/// <summary>A collector of traces, by HTTP and by gRPC.</summary>
internal sealed class SpanCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _taken = [];
    private readonly WebApplication _app;
    private string _address = "";
    private TaskCompletionSource? _held;
    private int _refusals;

    private SpanCollector(WebApplication app)
    {
        _app = app;
        _app.MapPost("/{**path}", TakeAsync);
    }

    /// <summary>How many requests are refused before one is taken.</summary>
    public int Refusals
    {
        get => Volatile.Read(ref _refusals);
        set => Volatile.Write(ref _refusals, value);
    }

    /// <summary>Where it takes gRPC.</summary>
    public string GrpcAddress { get; private set; } = "";

    public static async Task<SpanCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, static l => l.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, static l => l.Protocols = HttpProtocols.Http2);
        });
        var collector = new SpanCollector(builder.Build());
        await collector._app.StartAsync();
        var server = collector._app.Services.GetRequiredService<IServer>();
        var addresses = server.Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        (collector._address, collector.GrpcAddress) = (addresses[0], addresses[1]);
        return collector;
    }

    /// <summary>An address of it.</summary>
    public Uri At(string path) => new(_address + path);

    /// <summary>What it has taken there; of gRPC without the prefix.</summary>
    public IReadOnlyList<byte[]> Of(string path) => [.. _taken.Where(t => t.Path == path).Select(static t => t.Body)];

    /// <summary>Answers nobody until it is released.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _held!.SetResult();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        if (_held is { } held) await held.Task;
        var isGrpc = http.Request.ContentType == "application/grpc";
        var isRefused = Refusals > 0 && Interlocked.Decrement(ref _refusals) >= 0;
        if (isGrpc)
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(new byte[5]);
            http.Response.AppendTrailer("grpc-status", isRefused ? "14" : "0");
        }
        else if (isRefused)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }

        if (isRefused) return;
        var bytes = body.ToArray();
        if (isGrpc)
        {
            Assert.Equal((0, bytes.Length - 5), (bytes[0], BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1))));
            bytes = bytes[5..];
        }

        _taken.Enqueue((http.Request.Path, bytes));
    }
}
