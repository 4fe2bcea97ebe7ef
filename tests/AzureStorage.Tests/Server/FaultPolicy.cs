using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>
/// Between a store and the service: the Nth request and all after it, or whichever are chosen, fail on the way, lose their
/// answer, or are answered by the test. Counted from 1 in the order of their sending. Thread-safe.
/// </summary>
public sealed class FaultPolicy : HttpPipelinePolicy
{
    private readonly List<Func<HttpRequestMessage>> _late = [];
    private int _sent;

    /// <summary>How many requests have come by.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>What happens to a request, by its number.</summary>
    public Func<int, Request, RequestFault> Decide { get; set; } = static (_, _) => RequestFault.None;

    /// <summary>The answer of <see cref="RequestFault.Answer"/>.</summary>
    public Func<Response>? Answer { get; set; }

    /// <summary>
    /// A silo that dies at the Nth request: it and all later ones fail, the Nth after it was carried out if so wanted.
    /// </summary>
    public void CrashAt(int nth, bool isCarriedOut) => Decide = (number, _) =>
        number < nth ? RequestFault.None : number == nth && isCarriedOut ? RequestFault.LoseAnswer : RequestFault.Fail;

    /// <summary>Lets the late ones arrive; what the service says to each.</summary>
    public async Task<int[]> ArriveAsync()
    {
        Func<HttpRequestMessage>[] late;
        lock (_late)
        {
            late = [.. _late];
            _late.Clear();
        }

        using var client = new HttpClient();
        var said = new List<int>();
        foreach (var make in late)
        {
            using var request = make();
            using var answer = await client.SendAsync(request);
            said.Add((int)answer.StatusCode);
        }

        return [.. said];
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The store sends no request synchronously.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var fault = Decide(Interlocked.Increment(ref _sent), message.Request);
        if (fault == RequestFault.Fail) throw new IOException("The connection was lost before the request was sent.");
        if (fault == RequestFault.Answer)
        {
            message.Response = Answer!();
            return;
        }

        if (fault == RequestFault.Late)
        {
            lock (_late) _late.Add(Copy(message.Request));
            throw new IOException("The request is on its way, and nobody waits for it any more.");
        }

        await ProcessNextAsync(message, pipeline);
        if (fault == RequestFault.LoseAnswer) throw new IOException("The connection was lost before the answer came.");
    }

    /// <summary>The request as it would have gone out, signed; it has to stand right before the transport for that.</summary>
    private static Func<HttpRequestMessage> Copy(Request request)
    {
        var (method, uri) = (request.Method.Method, request.Uri.ToUri());
        var headers = request.Headers.ToArray();
        using var body = new MemoryStream();
        request.Content?.WriteTo(body, CancellationToken.None);
        var bytes = body.ToArray();
        return () =>
        {
            var copy = new HttpRequestMessage(new HttpMethod(method), uri) { Content = new ByteArrayContent(bytes) };
            foreach (var header in headers)
                if (!copy.Headers.TryAddWithoutValidation(header.Name, header.Value))
                    copy.Content.Headers.TryAddWithoutValidation(header.Name, header.Value);
            return copy;
        };
    }
}

/// <summary>What happens to a request.</summary>
public enum RequestFault
{
    None,

    /// <summary>It does not arrive.</summary>
    Fail,

    /// <summary>It is carried out, and nobody hears of it.</summary>
    LoseAnswer,

    /// <summary>It arrives once the test lets it, long after whoever sent it has given up.</summary>
    Late,

    /// <summary>It is answered by the test.</summary>
    Answer,
}
