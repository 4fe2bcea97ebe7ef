using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Transport;
using Orchestration.Runtime.Transport.Tls;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Runtime.Peers;

/// <summary>The silo's connections with the other silos of the cluster. Thread-safe.</summary>
internal sealed partial class SiloPeers : ISiloPeers, IMembershipPeers, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<SiloAddress, PeerLink> _links = new();
    private readonly IServiceProvider _services;
    private readonly WireTransport _transport;
    private readonly PeerIdentity _identity;
    private readonly PeerHandshake _handshake;
    private readonly PeerListener _door;
    private readonly KeepAliveBeat _beat;
    private readonly ILogger<SiloPeers> _logger;
    private readonly TlsLayer? _tls;
    private IRequestReceiver? _receiver;
    private IMembershipListener? _listener;
    private volatile string? _closed;
    private volatile bool _hasStopped;

    public SiloPeers(
        IServiceProvider services, WireTransport transport, WireSerializer serializer, TransportOptions options,
        IOptions<PeerOptions> peerOptions, IOptions<ClusterOptions> cluster, IOptions<SiloMessagingOptions> messaging,
        IOptions<ClusterMembershipOptions> membership, IOptions<EndpointOptions> endpoints, ILocalSiloDetails local,
        PendingCalls pending, TimeProvider time, ILogger<SiloPeers> logger, TlsLayer? tls = null)
    {
        _services = services;
        _transport = transport;
        _logger = logger;
        _tls = tls;
        Serializer = serializer;
        Options = options;
        PeerOptions = peerOptions.Value;
        Pending = pending;
        Time = time;
        _beat = new KeepAliveBeat(time, options.KeepAliveInterval);
        ResponseTimeout = messaging.Value.ResponseTimeout;
        ProbeLimit = membership.Value.ProbeTimeout * 0.6;
        _identity = new PeerIdentity(
            cluster.Value.ClusterId, cluster.Value.ServiceId, local.Name, local.SiloAddress,
            new ClusterSecret(PeerOptions.ClusterSecret));
        _handshake = new PeerHandshake(_identity, serializer) { Time = time, Compare = Compare };
        var own = local.SiloAddress.Endpoint;
        var listening = endpoints.Value.SiloListeningEndpoint ?? own;
        _door = new PeerListener(
            this, transport.Listeners, _handshake, listening.Port == 0 ? new(listening.Address, own.Port) : listening, tls,
            logger);
    }

    public WireSerializer Serializer { get; }

    public TransportOptions Options { get; }

    public PeerOptions PeerOptions { get; }

    public PendingCalls Pending { get; }

    public TimeProvider Time { get; }

    public TimeSpan ResponseTimeout { get; }

    /// <summary>How long a silo may take to answer when it is probed for another: a bit less than that one waits.</summary>
    public TimeSpan ProbeLimit { get; }

    // The router needs the peers, and the peers the router: resolved at the first connection.
    public IRequestReceiver Receiver => _receiver ??= _services.GetRequiredService<IRequestReceiver>();

    public MembershipVersion Version => _listener?.Version ?? new MembershipVersion(0);

    /// <summary>Connections that have not introduced themselves yet, for tests.</summary>
    public int Strangers => _door.Strangers;

    /// <summary>Probes that wait for an answer, for tests.</summary>
    public IEnumerable<(SiloAddress Silo, int Probes)> OpenProbes =>
        _links.Values.Select(static link => (link.Silo, link.Sessions.Sum(static session => session.OpenProbes)));

    /// <summary>The connections, for tests.</summary>
    public IEnumerable<PeerSession> Sessions => _links.Values.SelectMany(static link => link.Sessions);

    public void Dispose() => _door.Dispose();

    public void Attach(IMembershipListener listener) => _listener = listener;

    public void Send(SiloAddress silo, Request request)
    {
        if (request.Sink is { } sink and not RelayedReply && !request.Method.OneWay)
            request.Sink = new RelayedReply(sink, request.Id, this);
        if (!_links.TryGetValue(silo, out var link))
        {
            if (_closed is { } closed || _listener?.IsKnownDead(silo) == true)
            {
                request.Fail(new SiloUnavailableException(
                    $"{silo} is no live silo of this cluster ({request.Method} of {request.Target})."));
                return;
            }

            link = LinkTo(silo);
        }

        link.Send(request);
    }

    public void Cancel(Request request)
    {
        foreach (var session in Sessions)
        {
            if (session.Cancel(request)) return;
        }
    }

    public void Forget(Request request)
    {
        foreach (var session in Sessions)
        {
            if (session.Forget(request)) return;
        }
    }

    public Task StartAsync(CancellationToken cancellation) => _door.StartAsync(cancellation);

    public async Task StopAsync()
    {
        _hasStopped = _closed is null;
        _closed = "The silo has stopped";
        await _door.StopAsync();
        await Task.WhenAll(Sessions.Select(static session => session.CloseAsync(s_patience)));
        foreach (var link in _links.Values) link.Close(_closed, TimeSpan.Zero);
        await _door.WhenHandledAsync();
    }

    public void CutOff(string reason)
    {
        _closed = reason;
        _door.CutOff();
        foreach (var link in _links.Values) link.Close(reason, TimeSpan.Zero);
    }

    public Task<ProbeOutcome> ProbeAsync(SiloAddress silo, TimeSpan limit) =>
        _closed is not null
            ? Task.FromResult(ProbeOutcome.NoAnswer)
            : LinkTo(silo).AskAsync(static (session, cancellation) => session.ProbeAsync(cancellation), limit);

    public Task<ProbeOutcome> ProbeOtherAsync(SiloAddress through, SiloAddress other, TimeSpan limit) =>
        _closed is not null
            ? Task.FromResult(ProbeOutcome.NoAnswer)
            : LinkTo(through).AskAsync((session, cancellation) => session.ProbeOtherAsync(other, cancellation), limit);

    public void Tell(SiloAddress silo, MembershipVersion version)
    {
        if (_closed is not null) return;
        _ = LinkTo(silo).AskAsync(
            (session, _) => Task.FromResult(session.Tell(version) ? ProbeOutcome.Alive : ProbeOutcome.NoAnswer),
            Options.HandshakeTimeout);
    }

    public string? RefusalOf(SiloAddress silo) => _links.TryGetValue(silo, out var link) ? link.Refusal : null;

    public void Drop(SiloAddress silo)
    {
        if (_links.TryRemove(silo, out var link)) link.Close($"{silo} has left the cluster", s_patience);
    }

    /// <summary>Something came from a silo.</summary>
    public void Heard(SiloAddress silo, MembershipVersion version) => _listener?.Heard(silo, version);

    /// <summary>Why a silo that introduces itself is not taken in; null where it is.</summary>
    public (HelloOutcome Outcome, string? Reason) Refuse(Hello hello)
    {
        if (_closed is { } reason)
            return (_hasStopped ? HelloOutcome.HasLeft : HelloOutcome.NotNow, $"it is no longer there: {reason}");
        if (_listener?.HasLeft(hello.From!) == true)
            return (HelloOutcome.HasLeft, $"{hello.From} has left; a silo that comes back has a new generation");
        return _listener?.IsKnownDead(hello.From!) == true
            ? (HelloOutcome.NotNow, $"{hello.From} has been declared dead; a silo that comes back has a new generation")
            : default;
    }

    /// <summary>
    /// Why a silo that knows the secret is not taken in after all; null where it is. One that is not in this silo's table is of
    /// another cluster: of the same id, over another store, or over a copy of this one.
    /// </summary>
    public async ValueTask<(HelloOutcome Outcome, string? Reason)> RefuseAsync(SiloAddress silo, CancellationToken cancel)
    {
        try
        {
            if (_listener is null || await _listener.IsListedAsync(silo, cancel)) return default;
            return (HelloOutcome.WrongCluster,
                $"ORCH0207: {silo} is not in the membership table of cluster '{_identity.ClusterId}' that this silo reads: it is "
                + "of another cluster of that id, over another store or a copy of this one; give that cluster an id of its own");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return (HelloOutcome.NotNow, $"the membership table cannot be read just now: {e.Message}");
        }
    }

    /// <summary>Compares clocks; says how far they are apart, and nothing goes by it.</summary>
    public void Compare(SiloAddress silo, long clock, TimeSpan uncertainty)
    {
        if (clock == 0) return;
        var ahead = TimeSpan.FromMilliseconds(clock - Time.GetUtcNow().ToUnixTimeMilliseconds()) + (uncertainty / 2);
        if (ahead.Duration() < s_clockTolerance + uncertainty) return;
        LogClock(silo, Math.Round(ahead.Duration().TotalSeconds), ahead > TimeSpan.Zero ? "ahead of" : "behind");
    }

    public void Retired(PeerSession session)
    {
        if (_links.TryGetValue(session.Peer, out var link)) link.Ended(session);
    }

    /// <summary>Serves a connection that another silo made.</summary>
    public Task ServeAsync(SiloAddress peer, ConnectionContext context) =>
        LinkTo(peer).ServeAsync(new PeerSession(this, peer, connecting: false, FramesOf(context)));

    /// <summary>Connects and introduces this silo.</summary>
    public async Task<PeerSession> ConnectAsync(SiloAddress silo)
    {
        var context = await IntroduceAsync(silo);
        return new PeerSession(this, silo, connecting: true, FramesOf(context));
    }

    /// <summary>
    /// Finds out whether this silo could connect with another, over a connection of its own, which the other does not use: what
    /// it sent over one that is about to end would be lost.
    /// </summary>
    public async Task<ProbeOutcome> CallBackAsync(SiloAddress silo)
    {
        try
        {
            var context = await IntroduceAsync(silo, isTrial: true);
            context.Abort(new ConnectionAbortedException("only tried"));
            await context.DisposeAsync();
            return ProbeOutcome.Alive;
        }
        catch (Exception e) when (e is SiloUnavailableException or PeerRefusedException)
        {
            return ProbeOutcome.Dead;
        }
    }

    public async Task<ProbeOutcome> FindAsync(SiloAddress silo)
    {
        try
        {
            var context = await IntroduceAsync(silo, isTrial: true);
            context.Abort(new ConnectionAbortedException("only looked"));
            await context.DisposeAsync();
            return ProbeOutcome.Alive;
        }
        catch (PeerRefusedException e)
        {
            return e.IsThere ? ProbeOutcome.Alive : e.IsElsewhere ? ProbeOutcome.Dead : ProbeOutcome.NoAnswer;
        }
        catch (SiloUnavailableException)
        {
            return ProbeOutcome.NoAnswer;
        }
    }

    private PeerLink LinkTo(SiloAddress silo) =>
        _links.TryGetValue(silo, out var known) ? known : _links.GetOrAdd(silo, new PeerLink(this, silo));

    // Calls are held back where they are sent. Reading never stops, since answers come the same way.
    private FrameConnection FramesOf(ConnectionContext context) => new(context, Options, Time, _logger, holdsBack: false, _beat);

    private async Task<ConnectionContext> IntroduceAsync(SiloAddress silo, bool isTrial = false)
    {
        using var deadline = new CancellationTokenSource(Options.HandshakeTimeout, Time);
        ConnectionContext? context = null;
        try
        {
            context = await _transport.Connections.ConnectAsync(silo.Endpoint, deadline.Token);
            if (_tls is not null) context = await _tls.ConnectAsync(context, silo.ToString(), Time, deadline.Token);
            await _handshake.ConnectAsync(context, silo, deadline.Token, isTrial);
            LogConnected(silo);
            var welcome = context;
            context = null;
            return welcome;
        }
        catch (Exception e) when (e is PeerRefusedException or TlsRefusedException)
        {
            if (e is PeerRefusedException { HasLeft: true }) LogLate(e.Message);
            else if (!isTrial || e is not PeerRefusedException { IsElsewhere: true }) LogRefusing(e.Message);
            if (e is PeerRefusedException) throw;
            throw new PeerRefusedException(e.Message, forGood: true);
        }
        catch (Exception e) when (e is SocketException or IOException or ConnectionAbortedException or OperationCanceledException
            or InvalidOperationException)
        {
            throw new SiloUnavailableException($"{silo} cannot be reached: {e.Message}", e);
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
}
