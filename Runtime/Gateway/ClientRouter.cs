using System.Collections.Immutable;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.References;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Transport;
using Orchestration.Runtime.Transport.Tls;
using Orleans.Runtime;

namespace Orchestration.Runtime.Gateway;

/// <summary>
/// Brings the calls of a client to the cluster: one connection to each gateway, each grain through that of the silo that most
/// likely has it. While there is none, calls wait for one until they time out. Thread-safe.
/// </summary>
internal sealed partial class ClientRouter : IRequestRouter, IGrainTypeResolver
{
    private readonly ILogger<ClientRouter> _logger;
    private readonly TimeSpan _responseTimeout;
    private readonly KeepAliveBeat _beat;
    private readonly Lock _gate = new();
    private readonly Queue<Request> _waiting = new();
    private volatile OpenSessions _sessions = OpenSessions.None;
    private ImmutableArray<GatewayLink> _links = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GrainManifest? _manifest;
    private ImmutableArray<Exception> _failures = [];
    private bool _closed;

    public ClientRouter(
        IConnectionFactory connections, WireSerializer serializer, TransportOptions options, Hello hello,
        TimeSpan responseTimeout, TimeProvider time, ILogger<ClientRouter> logger, TlsLayer? tls = null)
    {
        Connections = connections;
        Serializer = serializer;
        Options = options;
        Hello = hello;
        Time = time;
        _beat = new KeepAliveBeat(time, options.KeepAliveInterval);
        _responseTimeout = responseTimeout;
        _logger = logger;
        Tls = tls;
    }

    public IConnectionFactory Connections { get; }

    public WireSerializer Serializer { get; }

    public TransportOptions Options { get; }

    public Hello Hello { get; }

    public TimeProvider Time { get; }

    /// <summary>Secures the connections; null where they are plain.</summary>
    public TlsLayer? Tls { get; }

    /// <summary>The version this client speaks; another one only in tests.</summary>
    public ushort ProtocolVersion { get; init; } = Handshake.ProtocolVersion;

    public IReadOnlyList<ClientSession> Sessions => _sessions.All;

    /// <inheritdoc/>
    public GrainType Resolve(InterfaceDescriptor descriptor, string? classNamePrefix) =>
        (Volatile.Read(ref _manifest) ?? throw new InvalidOperationException(
            "The client has not been connected yet, so it does not know the cluster's grains; start its host first."))
        .Resolve(descriptor, classNamePrefix);

    /// <inheritdoc/>
    public void Send(Request request)
    {
        while (true)
        {
            var sessions = _sessions;
            if (sessions.All.IsEmpty)
            {
                if (Wait(request)) return;
                continue;
            }

            var session = sessions.For(request.Target);
            if (session.Send(request)) return;
            Retire(session);
        }
    }

    /// <inheritdoc/>
    public void Cancel(Request request)
    {
        foreach (var session in _sessions.All)
        {
            if (session.Cancel(request)) return;
        }
    }

    /// <inheritdoc/>
    public void Forget(Request request)
    {
        foreach (var session in _sessions.All)
        {
            if (session.Forget(request)) return;
        }
    }

    /// <summary>Sets the gateways that are connected to.</summary>
    public void SetLinks(ImmutableArray<GatewayLink> links)
    {
        lock (_gate) _links = links;
    }

    /// <summary>
    /// Completes once there is a connection, or once no gateway could be connected to: then the reasons are returned.
    /// </summary>
    public async Task<IReadOnlyList<Exception>> WhenDecidedAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!_sessions.All.IsEmpty) return [];
                if (_failures.Length > 0) return _failures;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancel);
        }
    }

    /// <summary>Has each gateway tried anew before <see cref="WhenDecidedAsync"/> gives up again.</summary>
    public void ForgetFailures()
    {
        lock (_gate)
        {
            _failures = [];
            foreach (var link in _links) link.LastFailure = null;
        }
    }

    public ClientSession Open(ConnectionContext context, HelloReply reply)
    {
        AdoptManifest(reply.Manifest);
        return new ClientSession(
            new FrameConnection(context, Options, Time, _logger, holdsBack: false, _beat), Serializer, Options,
            _responseTimeout, Retire)
        {
            Silo = reply.Silo,
        };
    }

    /// <summary>Uses the connection until it ends.</summary>
    public async Task ServeAsync(GatewayLink link, ClientSession session)
    {
        LogConnected(link.Gateway);
        link.Session = session;
        var run = session.RunAsync();
        List<Request> waiting;
        bool closed;
        lock (_gate)
        {
            closed = _closed;
            if (!closed) _sessions = _sessions.Add(session);
            _failures = [];
            waiting = [.. _waiting];
            _waiting.Clear();
            Signal();
        }

        foreach (var request in waiting)
        {
            if (!request.IsCompleted) Send(request);
        }

        if (closed) await session.CloseAsync(Options.HandshakeTimeout);
        await run;
        link.Session = null;
        Retire(session);
        await session.CloseAsync(Options.HandshakeTimeout);
        if (!_closed) LogDisconnected(link.Gateway);
    }

    /// <summary>
    /// The gateway is no longer listed: sends nothing there, and cuts the connection once it had the time to answer what it has.
    /// </summary>
    public async Task DropAsync(GatewayLink link)
    {
        if (link.Session is not { } session) return;
        Retire(session);
        if (session.OpenCalls > 0) await Task.Delay(Options.HandshakeTimeout, Time);
        session.Abort("the gateway has left the cluster");
    }

    /// <summary>A gateway could not be connected to.</summary>
    public void OnFailed(GatewayLink link, Exception reason)
    {
        LogFailed(link.Gateway, reason.Message);
        List<Request> refused = [];
        lock (_gate)
        {
            if (!_links.All(static candidate => candidate.LastFailure is not null)) return;
            _failures = [.. _links.Select(static candidate => candidate.LastFailure!)];
            if (Hopeless() is not null)
            {
                refused = [.. _waiting];
                _waiting.Clear();
            }

            Signal();
        }

        foreach (var request in refused) request.Fail(new OrleansConfigurationException(reason.Message, reason));
    }

    /// <summary>Ends all connections; calls fail from now on.</summary>
    public async Task CloseAsync(TimeSpan patience)
    {
        ImmutableArray<ClientSession> sessions;
        List<Request> waiting;
        lock (_gate)
        {
            _closed = true;
            (sessions, _sessions) = (_sessions.All, OpenSessions.None);
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var request in waiting) request.Fail(ClosedError());
        await Task.WhenAll(sessions.Select(session => session.CloseAsync(patience)));
    }

    private static ObjectDisposedException ClosedError() => new("client", "The client has been stopped.");

    private void Retire(ClientSession session)
    {
        lock (_gate) _sessions = _sessions.Remove(session);
    }

    /// <summary>Lets a call wait for a connection; false if there is one by now.</summary>
    private bool Wait(Request request)
    {
        Exception? error = null;
        lock (_gate)
        {
            if (_closed) error = ClosedError();
            else if (!_sessions.All.IsEmpty) return false;
            else if (Hopeless() is { } reason) error = new OrleansConfigurationException(reason.Message, reason);
            else if (_waiting.Count < Options.MaxOpenCalls) _waiting.Enqueue(request);
            else error = new LimitExceededException($"More than {Options.MaxOpenCalls} calls wait for a gateway.");
        }

        if (error is not null) request.Fail(error);
        return true;
    }

    /// <summary>The reason where every gateway refuses this client for good, so that waiting is of no use.</summary>
    private Exception? Hopeless() =>
        _failures.Length > 0 && _failures.All(static failure => failure is OrleansConfigurationException) ? _failures[0] : null;

    private void AdoptManifest(ManifestLine[] lines)
    {
        GrainManifestEntry[] entries =
            [.. lines.Select(static line => new GrainManifestEntry(line.GrainType, line.ClassName, line.Interfaces))];
        lock (_gate)
        {
            // Resolved types are kept with the manifest, so an equal one must not replace it.
            if (_manifest is { } known && known.Entries.Count == entries.Length
                && known.Entries.Zip(entries).All(static pair => pair.First.GrainType == pair.Second.GrainType
                    && pair.First.ClassName == pair.Second.ClassName
                    && pair.First.Interfaces.SequenceEqual(pair.Second.Interfaces)))
                return;
            _manifest = new GrainManifest(entries);
        }
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
