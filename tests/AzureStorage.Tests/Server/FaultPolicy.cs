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

        await ProcessNextAsync(message, pipeline);
        if (fault == RequestFault.LoseAnswer) throw new IOException("The connection was lost before the answer came.");
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

    /// <summary>It is answered by the test.</summary>
    Answer,
}
