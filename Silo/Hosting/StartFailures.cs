using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Orchestration.Silo.Assemblies;
using Orchestration.Workflows;

namespace Orchestration.Silo.Hosting;

/// <summary>Tells what a silo's operator can mend from what only its authors can.</summary>
internal static class StartFailures
{
    /// <summary>One line on what is wrong and what to do; null for a failure that is nobody's doing but the program's.</summary>
    public static string? Explain(Exception exception, SiloOptions options)
    {
        foreach (var e in Chain(exception))
        {
            switch (e)
            {
                case AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return $"port {options.Port} is in use; choose another with --port, or 0 for any free one.";
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return $"port {options.Port} may not be opened by this user; choose one from 1024 on with --port.";
                case EngineFault fault:
                    return $"{fault.Message} See docs/errors/{fault.Code}.md.";
                case OrchestrationException or WorkflowAssemblyException:
                    return e.Message;
            }
        }

        // The rest of what directories and disks can do; assemblies are explained where they are loaded.
        return Chain(exception).FirstOrDefault(static e => e is IOException or UnauthorizedAccessException) is { } io
            ? $"the data directory {options.Data.FullName} cannot be used ({io.Message}); choose another with --data."
            : null;
    }

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        yield return exception;
        var inner = exception is AggregateException many
            ? many.InnerExceptions : exception.InnerException is { } one ? [one] : [];
        foreach (var e in inner)
            foreach (var deeper in Chain(e)) yield return deeper;
    }
}
