using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Transport;

namespace Orchestration.Runtime.Tests.Cluster;

/// <summary>
/// A network of named nodes in one process. Between two nodes that are cut apart bytes wait, and so do attempts to connect, as
/// with packets that get lost; a killed node resets its connections and refuses new ones. Thread-safe.
/// </summary>
internal sealed class TestNetwork
{
    private readonly InProcessTransport _inner = new();
    private readonly ConcurrentDictionary<EndPoint, string> _owners = new();
    private readonly ConcurrentDictionary<IConnectionListener, string> _listeners = new();
    private readonly ConcurrentDictionary<Wire, byte> _wires = new();
    private readonly Lock _gate = new();
    private readonly HashSet<(string, string)> _cut = [];
    private readonly HashSet<string> _killed = [];
    private readonly ConcurrentDictionary<(string, string), long> _sent = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the far end does not hear that a connection was cut, as where the word of it is lost or slow.</summary>
    public bool IsSilentOnAborts { get; set; }

    /// <summary>The bytes that two nodes have sent each other so far.</summary>
    public long SentBetween(string one, string other) =>
        _sent.GetValueOrDefault((one, other)) + _sent.GetValueOrDefault((other, one));

    public WireTransport Node(string name)
    {
        var node = new NodeTransport(this, name);
        return new WireTransport(node, node);
    }

    public void Cut(string one, string other) => Change(() => _cut.UnionWith([(one, other), (other, one)]));

    public void Heal(string one, string other) => Change(() => _cut.ExceptWith([(one, other), (other, one)]));

    public bool IsOpen(string one, string other)
    {
        lock (_gate) return !_cut.Contains((one, other)) && !_killed.Contains(one) && !_killed.Contains(other);
    }

    public void Kill(string name)
    {
        Change(() => _killed.Add(name));
        foreach (var (listener, owner) in _listeners)
        {
            if (owner == name) _ = listener.UnbindAsync().AsTask();
        }

        foreach (var wire in _wires.Keys.Where(wire => wire.Near == name || wire.Far == name)) wire.Reset();
    }

    /// <summary>Cuts all connections of a node; it can connect anew.</summary>
    public void Reset(string name)
    {
        foreach (var wire in _wires.Keys.Where(wire => wire.Near == name || wire.Far == name)) wire.Reset();
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.TrySetResult();
    }

    private async Task PassAsync(string one, string other, CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!_cut.Contains((one, other))) return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancel);
        }
    }

    private sealed class NodeTransport(TestNetwork network, string name)
        : IConnectionListenerFactory, IConnectionFactory, IPortAllocator
    {
        public int Allocate(IPAddress address) => network._inner.Allocate(address);

        public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            var listener = await network._inner.BindAsync(endpoint, cancellationToken);
            network._owners[listener.EndPoint] = name;
            network._listeners[listener] = name;
            return listener;
        }

        public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            if (!network._owners.TryGetValue(endpoint, out var far))
                throw new SocketException((int)SocketError.ConnectionRefused);
            await network.PassAsync(name, far, cancellationToken);
            lock (network._gate)
            {
                if (network._killed.Contains(far) || network._killed.Contains(name))
                    throw new SocketException((int)SocketError.ConnectionRefused);
            }

            var wire = new Wire(network, name, far, await network._inner.ConnectAsync(endpoint, cancellationToken));
            network._wires[wire] = 0;
            wire.Start();
            return wire;
        }
    }

    /// <summary>The connecting node's end, with the network between it and the other's.</summary>
    private sealed class Wire : DefaultConnectionContext
    {
        private readonly TestNetwork _network;
        private readonly ConnectionContext _inner;
        private readonly Pipe _out = new();
        private readonly Pipe _in = new();
        private readonly CancellationTokenSource _closed = new();
        private readonly CancellationTokenSource _reset = new();
        private bool _silent;

        public Wire(TestNetwork network, string near, string far, ConnectionContext inner)
            : base($"{near}>{far}")
        {
            _network = network;
            _inner = inner;
            Near = near;
            Far = far;
            RemoteEndPoint = inner.RemoteEndPoint;
            Transport = new Ends(_in.Reader, _out.Writer);
            ConnectionClosed = _closed.Token;
        }

        public string Near { get; }

        public string Far { get; }

        public void Start()
        {
            _ = PumpAsync(_out.Reader, _inner.Transport.Output);
            _ = PumpAsync(_inner.Transport.Input, _in.Writer);
        }

        public void Reset()
        {
            _reset.Cancel();
            _inner.Abort();
            End();
        }

        public override void Abort(ConnectionAbortedException abortReason)
        {
            End();
            _silent = _network.IsSilentOnAborts;
            if (!_silent) _ = AbortFarAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            if (!_silent)
            {
                await Transport.Output.CompleteAsync();
                await Transport.Input.CompleteAsync();
            }

            End();
            await base.DisposeAsync();
        }

        private async Task AbortFarAsync()
        {
            try
            {
                await _network.PassAsync(Near, Far, _reset.Token);
            }
            catch (OperationCanceledException)
            {
                // Reset meanwhile.
            }

            _reset.Cancel();
            _inner.Abort();
        }

        private void End()
        {
            if (_closed.IsCancellationRequested) return;
            _network._wires.TryRemove(this, out _);
            _in.Reader.CancelPendingRead();
            _out.Writer.CancelPendingFlush();
            ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), _closed, preferLocal: false);
        }

        private async Task PumpAsync(PipeReader from, PipeWriter to)
        {
            try
            {
                while (true)
                {
                    var read = await from.ReadAsync(_reset.Token);
                    await _network.PassAsync(Near, Far, _reset.Token);
                    var length = read.Buffer.Length;
                    _network._sent.AddOrUpdate((Near, Far), length, (_, sent) => sent + length);
                    foreach (var segment in read.Buffer) await to.WriteAsync(segment, _reset.Token);
                    from.AdvanceTo(read.Buffer.End);
                    if (read.IsCompleted || read.IsCanceled) break;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or IOException)
            {
                // Reset, or either end is gone: the other hears of it by the completion below.
            }

            await to.CompleteAsync();
            await from.CompleteAsync();
        }
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
