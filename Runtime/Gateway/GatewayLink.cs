using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Orchestration.Runtime.Transport;
using Orchestration.Runtime.Transport.Tls;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace Orchestration.Runtime.Gateway;

/// <summary>
/// Keeps a client connected to one gateway: connects, and after a loss again. The pause between two attempts is a fraction of the
/// time that the gateway has been away, so a short outage is noticed to be over at once and a long one costs little.
/// </summary>
internal sealed class GatewayLink(IPEndPoint gateway, ClientRouter router)
{
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    public IPEndPoint Gateway => gateway;

    /// <summary>Why the last attempt failed; null once connected.</summary>
    public Exception? LastFailure { get; set; }

    /// <summary>The connection; null while there is none.</summary>
    public ClientSession? Session { get; set; }

    /// <summary>Runs until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var lost = router.Time.GetTimestamp();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var session = await ConnectAsync(stopping);
                LastFailure = null;
                await router.ServeAsync(this, session);
                lost = router.Time.GetTimestamp();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LastFailure = e;
                router.OnFailed(this, e);
            }

            // With jitter, so that many clients do not come back in step.
            var pause = PauseAfter(router.Time.GetElapsedTime(lost)) * (0.5 + Random.Shared.NextDouble());
            await Task.Delay(pause, router.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static TimeSpan PauseAfter(TimeSpan outage) =>
        TimeSpan.FromTicks(Math.Clamp(outage.Ticks / 20, s_shortestPause.Ticks, s_longestPause.Ticks));

    private async Task<ClientSession> ConnectAsync(CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(router.Options.HandshakeTimeout, router.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        ConnectionContext? context = null;
        try
        {
            context = await router.Connections.ConnectAsync(gateway, either.Token);
            if (router.Tls is { } tls)
                context = await tls.ConnectAsync(context, $"the gateway {gateway}", router.Time, either.Token);
            var session = await IntroduceAsync(context, either.Token);
            context = null;
            return session;
        }
        catch (TlsRefusedException e)
        {
            throw new OrleansConfigurationException(e.Message, e);
        }
        catch (Exception e) when (e is SocketException or IOException or ConnectionAbortedException)
        {
            throw new ConnectionFailedException($"The gateway {gateway} cannot be reached: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!stopping.IsCancellationRequested)
        {
            throw new ConnectionFailedException(
                $"The gateway {gateway} did not answer within {router.Options.HandshakeTimeout}.", e);
        }
        finally
        {
            if (context is not null)
            {
                context.Abort(new ConnectionAbortedException("no welcome"));
                await context.DisposeAsync();
            }
        }
    }

    private async Task<ClientSession> IntroduceAsync(ConnectionContext context, CancellationToken cancel)
    {
        await Handshake.WriteAsync(context.Transport.Output, router.Hello, router.Serializer, cancel, router.ProtocolVersion);
        HelloReply? reply;
        ushort version;
        try
        {
            (reply, version) = await Handshake.ReadAsync<HelloReply>(
                context.Transport.Input, Handshake.MaxReplyBytes, router.Serializer, cancel, router.ProtocolVersion);
        }
        catch (InvalidDataException e)
        {
            throw new OrleansConfigurationException($"{gateway} is not the gateway of a silo: {e.Message}.", e);
        }

        if (reply is null) throw new OrleansConfigurationException(
            $"ORCH0201: the gateway {gateway} speaks protocol version {version}, this client version {router.ProtocolVersion}. "
            + "Run the same release of the client library and of the silos.");
        return reply.Outcome switch
        {
            HelloOutcome.Welcome => router.Open(context, reply),
            HelloOutcome.NotNow => throw new ConnectionFailedException(
                $"The gateway {gateway} takes no clients now: {reply.Reason}"),
            _ => throw new OrleansConfigurationException($"The gateway {gateway} refuses this client: {reply.Reason}"),
        };
    }
}
