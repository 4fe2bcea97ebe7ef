using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Transport;
using Orchestration.Runtime.Transport.Tls;
using Orleans.Runtime;

namespace Orchestration.Runtime.Gateway;

/// <summary>
/// The silo's door for clients. A peer that does not introduce itself properly and soon is dropped, having cost a few kilobytes.
/// On stop the clients are first asked to go elsewhere while answers still flow, and are then disconnected. Thread-safe.
/// </summary>
internal sealed partial class GatewayListener : IDisposable
{
    private const int MaxStrangers = 512;

    private readonly IConnectionListenerFactory _listeners;
    private readonly WireSerializer _serializer;
    private readonly IRequestReceiver _receiver;
    private readonly PendingCalls _pending;
    private readonly TransportOptions _options;
    private readonly GatewayIdentity _identity;
    private readonly TimeProvider _time;
    private readonly ILogger<GatewayListener> _logger;
    private readonly ConcurrentDictionary<GatewayConnection, byte> _clients = new();
    private readonly ConcurrentDictionary<Task, byte> _handling = new();
    private readonly WaitingRoom _strangers = new(MaxStrangers);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SiloFence? _fence;
    private readonly TlsLayer? _tls;
    private readonly KeepAliveBeat _beat;
    private IConnectionListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private volatile bool _retiring;
    private bool _unbound;

    public GatewayListener(
        IConnectionListenerFactory listeners, WireSerializer serializer, IRequestReceiver receiver, PendingCalls pending,
        TransportOptions options, GatewayIdentity identity, TimeProvider time, ILogger<GatewayListener> logger,
        SiloFence? fence = null, TlsLayer? tls = null)
    {
        _listeners = listeners;
        _serializer = serializer;
        _receiver = receiver;
        _pending = pending;
        _options = options;
        _identity = identity;
        _time = time;
        _logger = logger;
        _fence = fence;
        _tls = tls;
        _beat = new KeepAliveBeat(time, options.KeepAliveInterval);
        fence?.OnFenced(CutOff);
    }

    /// <summary>Where clients connect, once bound.</summary>
    public IPEndPoint? EndPoint => _listener?.EndPoint as IPEndPoint;

    /// <summary>The clients that are connected.</summary>
    public IEnumerable<GatewayConnection> Clients => _clients.Keys;

    /// <summary>Connections that have not introduced themselves yet.</summary>
    public int Strangers => _strangers.Count;

    /// <exception cref="OrleansConfigurationException">The address cannot be listened at.</exception>
    public async Task StartAsync(IPEndPoint endpoint, CancellationToken cancel)
    {
        try
        {
            _listener = await _listeners.BindAsync(endpoint, cancel);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            throw new OrleansConfigurationException(
                $"The gateway cannot listen at {endpoint}: {e.Message} Is another silo running? Port 0 takes any free one.", e);
        }

        LogListening(_listener.EndPoint);
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Takes no new clients, and asks those there are to send further calls elsewhere. Answers still flow.</summary>
    public async Task RetireAsync()
    {
        if (_unbound) return;
        _unbound = true;
        _retiring = true;
        if (_listener is not null) await _listener.UnbindAsync();
        await _accepting;
        foreach (var client in _clients.Keys) client.SayGoodbye();
    }

    /// <summary>Sends what still waits to be sent and closes all connections.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        if (_stopping.IsCancellationRequested) return;
        await RetireAsync();
        await _stopping.CancelAsync();
        await Task.WhenAll(_clients.Keys.Select(client => client.Connection.CloseAsync(patience)));
        await Task.WhenAll(_handling.Keys);
        if (_listener is not null) await _listener.DisposeAsync();
    }

    /// <summary>Cuts all connections and takes no new ones, at once.</summary>
    public void CutOff(string reason)
    {
        _retiring = true;
        foreach (var client in _clients.Keys) client.Connection.Abort(reason);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task AcceptAsync(IConnectionListener listener)
    {
        while (true)
        {
            ConnectionContext? context;
            try
            {
                context = await listener.AcceptAsync();
            }
            catch (Exception e) when (!_retiring)
            {
                // One that was gone before it was accepted must not close the door to all others.
                LogAcceptFailed(e);
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
                static (done, self) => ((GatewayListener)self!)._handling.TryRemove(done, out _), this,
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task HandleAsync(ConnectionContext context)
    {
        var peer = context.RemoteEndPoint?.ToString() ?? context.ConnectionId;
        try
        {
            (var welcome, context) = await WelcomeAsync(context, peer);
            if (welcome) await ServeAsync(context);
            else context.Abort(new ConnectionAbortedException("not welcome"));
        }
        catch (Exception e)
        {
            LogHandlingFailed(peer, e);
            context.Abort(new ConnectionAbortedException(e.Message));
        }
        finally
        {
            await context.DisposeAsync();
        }
    }

    private async Task<(bool Welcome, ConnectionContext Context)> WelcomeAsync(ConnectionContext context, string peer)
    {
        using var deadline = new CancellationTokenSource(_options.HandshakeTimeout, _time);
        var place = _strangers.Enter();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token, place.Value.Token);
        try
        {
            string? refusal = null;
            if (_tls is not null) (context, refusal) = await _tls.AcceptAsync(context, _time, either.Token);
            if (refusal is null && await IntroduceAsync(context, peer, either.Token)) return (true, context);
            if (refusal is not null) await RefuseAsync(context, peer, Refuse(HelloOutcome.WrongCluster, refusal), either.Token);
        }
        catch (ConnectionAbortedException e)
        {
            LogRefused(peer, e.Message);
        }
        catch (OperationCanceledException)
        {
            if (!_stopping.IsCancellationRequested)
                LogRefused(peer, WaitingRoom.ReasonOf(place, _options.HandshakeTimeout));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or InvalidOperationException)
        {
            LogRefused(peer, e.Message);
        }
        finally
        {
            _strangers.Leave(place);
        }

        return (false, context);
    }

    private async Task<bool> IntroduceAsync(ConnectionContext context, string peer, CancellationToken cancel)
    {
        HelloReply reply;
        try
        {
            var (hello, version) = await Handshake.ReadAsync<Hello>(
                context.Transport.Input, Handshake.MaxHelloBytes, _serializer, cancel);
            reply = Answer(hello, version);
        }
        catch (UnexpectedTlsException e)
        {
            reply = Refuse(HelloOutcome.WrongCluster, e.Message);
        }

        if (reply.Outcome != HelloOutcome.Welcome)
        {
            await RefuseAsync(context, peer, reply, cancel);
            return false;
        }

        await Handshake.WriteAsync(context.Transport.Output, reply, _serializer, cancel);
        return true;
    }

    private async Task RefuseAsync(ConnectionContext context, string peer, HelloReply reply, CancellationToken cancel)
    {
        LogRefused(peer, reply.Reason!);
        await Handshake.WriteAsync(context.Transport.Output, reply, _serializer, cancel);
        await WaitForEndAsync(context, cancel);
    }

    /// <summary>Lets a refused client read why, and hang up, before the connection is cut under it.</summary>
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

    private HelloReply Answer(Hello? hello, ushort version)
    {
        if (hello is null) return Refuse(
            HelloOutcome.WrongCluster,
            $"ORCH0201: it speaks protocol version {version}, this silo version {Handshake.ProtocolVersion}");
        if (_retiring || _fence?.IsClosed == true) return Refuse(HelloOutcome.NotNow, "the silo is shutting down");
        if (hello.Role != PeerRole.Client) return Refuse(HelloOutcome.WrongCluster, "this port is for clients, not for silos");
        if (hello.ClusterId != _identity.ClusterId || hello.ServiceId != _identity.ServiceId) return Refuse(
            HelloOutcome.WrongCluster,
            $"ORCH0203: it is of cluster '{hello.ClusterId}' and service '{hello.ServiceId}', "
            + $"the silo of '{_identity.ClusterId}' and '{_identity.ServiceId}'");
        return new HelloReply { SiloName = _identity.SiloName, Silo = _identity.Silo, Manifest = _identity.Manifest() };
    }

    private static HelloReply Refuse(HelloOutcome outcome, string reason) => new() { Outcome = outcome, Reason = reason };

    private async Task ServeAsync(ConnectionContext context)
    {
        var connection = new FrameConnection(context, _options, _time, _logger, beat: _beat);
        var client = new GatewayConnection(connection, _serializer, _receiver, _pending, _options.MaxOpenCalls);
        LogConnected(connection.Peer);
        _clients[client] = 0;

        // Retired in between: it must hear of it.
        if (_retiring) client.SayGoodbye();
        await connection.ReceiveAsync(client);
        _clients.TryRemove(client, out _);
        await connection.CloseAsync(_options.HandshakeTimeout);
        LogDisconnected(connection.Peer);
    }
}
