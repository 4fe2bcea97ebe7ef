using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Membership;
using Orleans.Runtime;

namespace Orchestration.Runtime.Hosting;

/// <summary>
/// Ends the silo's service at once, and stops the host with an exit code that says so, for whatever started it to start it anew.
/// </summary>
internal sealed partial class FatalErrorHandler(IServiceProvider services, ILogger<FatalErrorHandler> logger) : IFatalErrorHandler
{
    /// <summary>As <c>EX_TEMPFAIL</c>: starting again helps.</summary>
    public const int ExitCode = 75;

    private int _ending;

    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        if (Interlocked.Exchange(ref _ending, 1) != 0) return; // the fence tells of itself here too
        Ending(logger, exception, context);
        Environment.ExitCode = ExitCode;
        services.GetService<SiloFence>()?.Fence(context ?? exception?.Message ?? "a fatal error");
        services.GetService<IHostApplicationLifetime>()?.StopApplication();
    }
}
