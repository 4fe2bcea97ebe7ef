using System.Globalization;
using System.Net;
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
                    var (taken, named) = PortOf(exception, options);
                    return $"port {taken} is in use; choose another with {named}, or 0 for any free one.";
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    var (denied, option) = PortOf(exception, options);
                    return $"port {denied} may not be opened by this user; choose one from 1024 on with {option}.";
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable }:
                    return options.Http.Endpoint is { } http && IsOfThisMachine(options.Address)
                        ? $"{http.Address} is no address of this machine; name one with --http."
                        : $"{options.Address} is no address of this machine; name one with --address.";
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
        && (Names(exception, options.SiloPort) || (!Names(exception, options.Port) && MayUse(options.Address, options.Port)));

    private static bool IsOfHttp(Exception exception, SiloOptions options) =>
        options.Http.Endpoint is { Port: not 0 } http && http.Port != options.Port && Names(exception, http.Port);

    // By all that it is made of: the innermost says that an address is in use, and not which.
    private static bool Names(Exception exception, int port)
    {
        var end = string.Create(CultureInfo.InvariantCulture, $":{port}");
        return Chain(exception).Any(e => IsIn(e.Message));

        bool IsIn(string text)
        {
            for (var at = text.IndexOf(end, StringComparison.Ordinal); at >= 0;
                at = text.IndexOf(end, at + end.Length, StringComparison.Ordinal))
            {
                var next = at + end.Length;
                if (next == text.Length || !char.IsAsciiDigit(text[next])) return true;
            }

            return false;
        }
    }

    private static (int Port, string Option) PortOf(Exception exception, SiloOptions options) =>
        IsOfHttp(exception, options) ? (options.Http.Endpoint!.Port, "--http")
        : IsOfSilos(exception, options) ? (options.SiloPort, "--silo-port") : (options.Port, "--port");

    // Failures do not always say which address it was.
    private static bool IsOfThisMachine(IPAddress address) => MayUse(address, port: 0);

    private static bool MayUse(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
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
