using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Orchestration.Grains.Storage;
using Orchestration.Silo.Assemblies;
using Orchestration.Workflows;
using Orleans.Runtime;

namespace Orchestration.Silo.Hosting;

/// <summary>Tells what a silo's operator can mend from what only its authors can.</summary>
internal static class StartFailures
{
    private const int CodeLength = 8;

    /// <summary>One line on what is wrong and what to do; null for a failure that is nobody's doing but the program's.</summary>
    public static string? Explain(Exception exception, SiloOptions options)
    {
        foreach (var e in Chain(exception))
        {
            switch (e)
            {
                case AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
                    when IsOfHttp(exception, options):
                    return $"port {options.Http.Endpoint!.Port} of the HTTP API is in use; choose another with --http, or off.";
                case AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return $"port {PortOf(e, options)} is in use; choose another with {OptionOf(e, options)}, or 0 for any free "
                        + "one.";
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return $"port {PortOf(e, options)} may not be opened by this user; choose one from 1024 on with "
                        + $"{OptionOf(e, options)}.";
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable }:
                    return $"{options.Address} is no address of this machine; name one with --address.";
                case StoreUnavailable when options.Store is not null:
                    return $"{e.Message} Check that the server runs and that --store names it, then start again. See "
                        + $"docs/errors/{FaultCodes.StoreUnavailable}.md.";
                case EngineFault { Code: FaultCodes.StoreInUse } used when options.Cluster is null && options.Store is null:
                    return $"{used.Message} Stop that one, choose another --data, or start all of them with --cluster. See "
                        + $"docs/errors/{used.Code}.md.";
                case EngineFault fault:
                    return $"{fault.Message} See docs/errors/{fault.Code}.md.";
                case OrchestrationException or WorkflowAssemblyException:
                    return e.Message;
            }
        }

#if ORLEANS
        // From the innermost: what providers say is often told by others.
        if (Chain(exception).Reverse().Select(e => OrleansProviders.Explain(e, options)).FirstOrDefault(static s => s is not null)
            is { } providers)
            return providers;
#endif

        // The runtime's own refusals: another secret, an address that others do not reach.
        if (options.Cluster is { } cluster
            && Chain(exception).FirstOrDefault(static e =>
                e is OrleansConfigurationException or SiloUnavailableException) is { } why)
            return $"cluster {cluster}: {why.Message}{PageOf(why.Message)}";

        // The rest of what directories and disks can do; assemblies are explained where they are loaded.
        return Chain(exception).FirstOrDefault(static e => e is IOException or UnauthorizedAccessException) is { } io
            ? $"the data directory {options.Data.FullName} cannot be used ({io.Message}); choose another with --data."
            : null;
    }

    // The runtime's messages name their code.
    private static string PageOf(string message) =>
        message.IndexOf("ORCH0", StringComparison.Ordinal) is >= 0 and var at && message.Length >= at + CodeLength
            ? $" See docs/errors/{message.AsSpan(at, CodeLength)}.md." : "";

    private static bool IsOfSilos(Exception exception, SiloOptions options) =>
        options.Cluster is not null && options.SiloPort != 0
        && exception.ToString().Contains(
            string.Create(CultureInfo.InvariantCulture, $":{options.SiloPort}"), StringComparison.Ordinal);

    private static bool IsOfHttp(Exception exception, SiloOptions options) =>
        options.Http.Endpoint is { Port: not 0 } http && http.Port != options.Port
        && exception.ToString().Contains(
            string.Create(CultureInfo.InvariantCulture, $":{http.Port}"), StringComparison.Ordinal);

    private static int PortOf(Exception exception, SiloOptions options) =>
        IsOfSilos(exception, options) ? options.SiloPort : options.Port;

    private static string OptionOf(Exception exception, SiloOptions options) =>
        IsOfSilos(exception, options) ? "--silo-port" : "--port";

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        yield return exception;
        var inner = exception is AggregateException many
            ? many.InnerExceptions : exception.InnerException is { } one ? [one] : [];
        foreach (var e in inner)
            foreach (var deeper in Chain(e)) yield return deeper;
    }
}
