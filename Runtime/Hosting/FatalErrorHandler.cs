using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orchestration.Runtime.Hosting;

/// <summary>Stops the host with an exit code that says so, for whatever started it to start it anew.</summary>
internal sealed partial class FatalErrorHandler(IServiceProvider services, ILogger<FatalErrorHandler> logger) : IFatalErrorHandler
{
    /// <summary>As <c>EX_TEMPFAIL</c>: starting again helps.</summary>
    public const int ExitCode = 75;

    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        Ending(logger, exception, context);
        Environment.ExitCode = ExitCode;
        services.GetService<IHostApplicationLifetime>()?.StopApplication();
    }
}
