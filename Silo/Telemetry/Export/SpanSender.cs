using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace Orchestration.Silo.Telemetry.Export;

/// <summary>
/// Sends requests to a collector, one at a time, by HTTP or gRPC, and repeats those that it could not take. Not thread-safe.
/// </summary>
internal sealed class SpanSender(SpanExportSettings settings, TimeProvider time) : IDisposable
{
    private const int GrpcPrefix = 5;
    private const string GrpcOk = "0";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);
    private static readonly MediaTypeHeaderValue HttpType = new("application/x-protobuf");
    private static readonly MediaTypeHeaderValue GrpcType = new("application/grpc");

    private readonly HttpClient _http = new() { Timeout = settings.RequestTimeout };
    private readonly ProtobufBuffer _request = new();

    /// <summary>Where requests go.</summary>
    public Uri Address => settings.Address;

    /// <summary>Sends a batch; answers once it was taken, or given up.</summary>
    /// <returns>Why it was given up; null where it was taken.</returns>
    public async Task<string?> SendAsync(
        SpanBatch batch, ReadOnlyMemory<byte> resource, string? resourceSchema, CancellationToken cancellationToken)
    {
        _request.Truncate(0);
        if (settings.IsGrpc) _request.Reserve(GrpcPrefix).Clear();
        batch.WriteTo(_request, resource.Span, resourceSchema);
        if (settings.IsGrpc) WritePrefix();
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var (why, isFinal, wished) = await TryAsync(cancellationToken);
            if (why is null || isFinal) return why;
            var wait = wished ?? pause;
            if (time.GetElapsedTime(began) + wait > settings.Patience) return why;
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<(string? Why, bool IsFinal, TimeSpan? Wait)> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = Request();
            using var answer = await _http.SendAsync(request, cancellationToken);
            return settings.IsGrpc && answer.IsSuccessStatusCode ? GrpcOutcome(answer) : HttpOutcome(answer);
        }
        catch (HttpRequestException e)
        {
            return (e.Message, false, null);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return (e.InnerException?.Message ?? e.Message, false, null); // no answer in time
        }
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.Address)
        {
            Content = new ReadOnlyMemoryContent(_request.Written)
            {
                Headers = { ContentType = settings.IsGrpc ? GrpcType : HttpType },
            },
        };
        foreach (var (name, value) in settings.Headers) request.Headers.TryAddWithoutValidation(name, value);
        if (!settings.IsGrpc) return request;
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        return request;
    }

    // Not compressed, and its length.
    private void WritePrefix() => BinaryPrimitives.WriteUInt32BigEndian(
        _request.Writable(1, sizeof(uint)), (uint)(_request.Length - GrpcPrefix));

    private static (string?, bool, TimeSpan?) HttpOutcome(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode) return (null, true, null);
        var isBusy = answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
        return ($"it answered {(int)answer.StatusCode}", !isBusy, answer.Headers.RetryAfter?.Delta);
    }

    // Codes that the specification has repeated: cancelled, deadline exceeded, aborted, out of range, unavailable, data loss.
    private static (string?, bool, TimeSpan?) GrpcOutcome(HttpResponseMessage answer)
    {
        var code = Of("grpc-status");
        if (code == GrpcOk) return (null, true, null);
        return ($"it answered with gRPC status {code ?? "none"}: {Of("grpc-message")}",
            code is not ("1" or "4" or "10" or "11" or "14" or "15"), null);

        string? Of(string name) => answer.TrailingHeaders.TryGetValues(name, out var values)
            || answer.Headers.TryGetValues(name, out values) ? values.FirstOrDefault() : null;
    }
}
