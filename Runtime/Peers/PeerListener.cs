using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Transport;
using Orchestration.Runtime.Transport.Tls;
using Orleans.Runtime;

namespace Orchestration.Runtime.Peers;

/// <summary>
/// The silo's door for other silos. A stranger that does not introduce itself properly and soon is dropped, having cost a few
/// kilobytes. Thread-safe.
/// </summary>
internal sealed partial class PeerListener(
    SiloPeers owner, IConnectionListenerFactory listeners, PeerHandshake handshake, IPEndPoint endpoint, TlsLayer? tls,
    ILogger logger)
    : IDisposable
{
    /// <summary>How many connections may be there that have not introduced themselves yet.</summary>
    public const int MaxStrangers = 512;

    private readonly ConcurrentDictionary<Task, byte> _handling = new();
    private readonly WaitingRoom _strangers = new(MaxStrangers);
    private readonly CancellationTokenSource _stopping = new();
    private IConnectionListener? _listener;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Connections that have not introduced themselves yet.</summary>
    public int Strangers => _strangers.Count;

    /// <exception cref="OrleansConfigurationException">The address cannot be listened at.</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        try
        {
            _listener = await listeners.BindAsync(endpoint, cancel);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            throw new OrleansConfigurationException(
                $"The silo cannot listen for others at {endpoint}: {e.Message} Is another silo running? "
                + "Port 0 takes any free one.",
                e);
        }

        LogListening(logger, _listener.EndPoint);
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Takes nobody in from here on.</summary>
    public async Task StopAsync()
    {
        CutOff();
        await _accepting;
        if (_listener is not null) await _listener.DisposeAsync();
    }

    /// <summary>Completes when all connections have been seen off.</summary>
    public Task WhenHandledAsync() => Task.WhenAll(_handling.Keys);

    public void Dispose() => _stopping.Dispose();

    public void CutOff()
    {
        _stopping.Cancel();
        _ = UnbindAsync();
    }

    private async Task UnbindAsync()
    {
        if (_listener is not null) await _listener.UnbindAsync();
    }

    private async Task AcceptAsync(IConnectionListener listener)
    {
        while (true)
        {
            ConnectionContext? context;
            try
            {
                context = await listener.AcceptAsync();
            }
            catch (Exception e) when (!_stopping.IsCancellationRequested)
            {
                // One that was gone before it was accepted must not close the door to all others.
                LogAcceptFailed(logger, e);
                continue;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }

            if (context is null) return;
            var handling = HandleAsync(context);
            if (handling.IsCompleted) continue;
            _handling[handling] = 0;
            _ = handling.ContinueWith(
                static (done, self) => ((PeerListener)self!)._handling.TryRemove(done, out _), this,
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task HandleAsync(ConnectionContext context)
    {
        var name = context.RemoteEndPoint?.ToString() ?? context.ConnectionId;
        try
        {
            (var silo, context) = await WelcomeAsync(context, name);
            if (silo is not null)
            {
                LogConnected(logger, silo);
                await owner.ServeAsync(silo, context);
            }
            else
            {
                context.Abort(new ConnectionAbortedException("not welcome"));
            }
        }
        catch (Exception e)
        {
            LogHandlingFailed(logger, name, e);
            context.Abort(new ConnectionAbortedException(e.Message));
        }
        finally
        {
            await context.DisposeAsync();
        }
    }

    private async Task<(SiloAddress? Peer, ConnectionContext Context)> WelcomeAsync(ConnectionContext context, string name)
    {
        using var deadline = new CancellationTokenSource(owner.Options.HandshakeTimeout, owner.Time);
        var place = _strangers.Enter();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token, place.Value.Token);
        try
        {
            if (tls is not null)
            {
                (context, var refusal) = await tls.AcceptAsync(context, owner.Time, either.Token);
                if (refusal is not null)
                {
                    await RefuseAsync(context, name, refusal, either.Token);
                    return (null, context);
                }
            }

            if (await IntroduceAsync(context, name, either.Token) is { } peer) return (peer, context);
        }
        catch (OperationCanceledException)
        {
            if (!_stopping.IsCancellationRequested)
                LogRefused(logger, name, WaitingRoom.ReasonOf(place, owner.Options.HandshakeTimeout));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or InvalidOperationException
            or ConnectionAbortedException)
        {
            LogRefused(logger, name, e.Message);
        }
        finally
        {
            _strangers.Leave(place);
        }

        return (null, context);
    }

    private async Task<SiloAddress?> IntroduceAsync(ConnectionContext context, string name, CancellationToken cancel)
    {
        string? unexpected = null;
        try
        {
            var (peer, outcome, reason) = await handshake.AcceptAsync(context, owner.Refuse, owner.RefuseAsync, cancel);
            if (peer is not null) return peer;
            if (outcome == HelloOutcome.HasLeft) LogLate(logger, name, reason!);
            else if (reason is not null) LogRefused(logger, name, reason);
            await WaitForEndAsync(context, cancel);
        }
        catch (UnexpectedTlsException e)
        {
            unexpected = e.Message;
        }

        if (unexpected is not null) await RefuseAsync(context, name, unexpected, cancel);
        return null;
    }

    private async Task RefuseAsync(ConnectionContext context, string name, string reason, CancellationToken cancel)
    {
        LogRefused(logger, name, reason);
        await handshake.RefuseAsync(context, reason, cancel);
        await WaitForEndAsync(context, cancel);
    }

    // Lets a refused silo read why, and hang up, before the connection is cut under it.
    private static async Task WaitForEndAsync(ConnectionContext context, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var result = await context.Transport.Input.ReadAsync(cancel);
                context.Transport.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted || result.IsCanceled) return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Gone, or too slow: it has been logged as refused already.
        }
    }
}
