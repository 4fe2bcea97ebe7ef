using Microsoft.AspNetCore.Http;

namespace Orchestration.Silo.Api.Hosting;

/// <summary>Ends a long poll: after its time, with its caller, or with the silo, which does not wait for those who
/// wait.</summary>
internal sealed class WaitLimit : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _aborted;

    public WaitLimit(HttpContext http, IHostApplicationLifetime life, TimeSpan? wait)
    {
        _aborted = http.RequestAborted;
        _source = CancellationTokenSource.CreateLinkedTokenSource(_aborted, life.ApplicationStopping);
        if (wait is { } limit) _source.CancelAfter(limit);
    }

    /// <summary>Ends the wait.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether it is over, and its caller is still there.</summary>
    public bool IsOver => _source.IsCancellationRequested && !_aborted.IsCancellationRequested;

    public void Dispose() => _source.Dispose();
}
