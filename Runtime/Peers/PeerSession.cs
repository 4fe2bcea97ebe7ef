using System.Buffers;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Transport;
using Orleans.Runtime;

namespace Orchestration.Runtime.Peers;

/// <summary>
/// A connection between two silos, from the welcome to the end: calls and their answers in both directions, probes and news.
/// Thread-safe.
/// </summary>
internal sealed class PeerSession : IFrameHandler
{
    private readonly FrameConnection _connection;
    private readonly WireSerializer _serializer;
    private readonly SiloPeers _owner;
    private readonly ClientSession _outgoing;
    private readonly GatewayConnection _incoming;
    private readonly PeerProbes _probes = new();
    private long _told = long.MinValue;

    public PeerSession(SiloPeers owner, SiloAddress peer, bool connecting, FrameConnection connection)
    {
        _owner = owner;
        Peer = peer;
        Connecting = connecting;
        _connection = connection;
        _serializer = owner.Serializer;
        _outgoing = new ClientSession(
            connection, _serializer, owner.Options, owner.ResponseTimeout, _ => owner.Retired(this), owner.Pending, "the silo");
        _incoming = new GatewayConnection(connection, _serializer, owner.Receiver, owner.Pending, owner.Options.MaxOpenCalls);
    }

    public SiloAddress Peer { get; }

    /// <summary>Whether this side made the connection.</summary>
    public bool Connecting { get; }

    public bool IsRetired => _outgoing.IsRetired;

    /// <summary>Whether anything can be sent here; once it cannot, it never can again.</summary>
    public bool IsUsable => !_outgoing.IsRetired && !_connection.IsClosing;

    /// <inheritdoc/>
    public bool IsAwaiting => _outgoing.OpenCalls > 0 || _probes.Count > 0;

    /// <summary>Calls of this side that wait for an answer.</summary>
    public int OpenOutgoing => _outgoing.OpenCalls;

    public int OpenProbes => _probes.Count;

    /// <summary>Sends a call; false if this connection takes none, and nothing was sent.</summary>
    public bool Send(Request request)
    {
        // Ahead of the call, so that the peer does not route it by a membership that this silo knows to be outdated.
        if (Volatile.Read(ref _told) < _owner.Version.Value) Tell(_owner.Version);
        if (!_outgoing.Send(request)) return false;
        if (request.CancelRequested) _outgoing.Cancel(request);
        return true;
    }

    public bool Cancel(Request request) => _outgoing.Cancel(request);

    public bool Forget(Request request) => _outgoing.Forget(request);

    public Task<ProbeOutcome> ProbeAsync(CancellationToken cancellation) =>
        _probes.AskAsync(number => SendProbe(FrameKind.Probe, number, ProbeOutcome.NoAnswer, null), cancellation);

    public Task<ProbeOutcome> ProbeOtherAsync(SiloAddress other, CancellationToken cancellation) =>
        _probes.AskAsync(number => SendProbe(FrameKind.ProbeOther, number, ProbeOutcome.NoAnswer, other), cancellation);

    /// <summary>Tells the peer of the membership; false if this connection takes nothing, and nothing was sent.</summary>
    public bool Tell(MembershipVersion version)
    {
        Volatile.Write(ref _told, version.Value);
        return SendProbe(FrameKind.News, 0, ProbeOutcome.NoAnswer, null);
    }

    /// <summary>Asks the peer to send nothing further here; what is open still flows.</summary>
    public void SayGoodbye() => _connection.Send(FrameKind.Goodbye);

    public async Task RunAsync()
    {
        await _outgoing.RunAsync(this);
        _probes.Close();
        await _connection.CloseAsync(_owner.Options.HandshakeTimeout);
    }

    public Task CloseAsync(TimeSpan patience) => _outgoing.CloseAsync(patience);

    /// <summary>
    /// Fails what waits for an answer, now. With patience, the peer still gets the news, should it be there to read it.
    /// </summary>
    public void End(string reason, TimeSpan patience)
    {
        _outgoing.FailOpenCalls(reason);
        _probes.Close();
        if (patience <= TimeSpan.Zero)
        {
            Abort(reason);
            return;
        }

        Tell(_owner.Version);
        _ = CloseAsync(patience);
    }

    public void Abort(string reason) => _connection.Abort(reason);

    public void OnFrame(FrameKind kind, in ReadOnlySequence<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.Request or FrameKind.Cancel:
                _incoming.OnFrame(kind, in payload);
                break;
            case FrameKind.Response or FrameKind.Goodbye:
                _outgoing.OnFrame(kind, in payload);
                break;
            case FrameKind.Probe or FrameKind.ProbeAnswer or FrameKind.ProbeOther or FrameKind.News:
                var reader = WireReader.Rent(in payload, _serializer);
                try
                {
                    TakeProbe(kind, reader);
                }
                finally
                {
                    reader.Return();
                }

                break;
            default:
                throw new InvalidDataException($"A silo does not send frames of kind {(byte)kind}.");
        }
    }

    private void TakeProbe(FrameKind kind, WireReader reader)
    {
        var number = (long)reader.ReadVarUInt();
        _owner.Heard(Peer, new MembershipVersion((long)reader.ReadVarUInt()));
        switch (kind)
        {
            case FrameKind.Probe:
                SendProbe(FrameKind.ProbeAnswer, number, ProbeOutcome.Alive, null);
                break;
            case FrameKind.ProbeAnswer:
                _probes.Answer(number, (ProbeOutcome)reader.ReadByte());
                break;
            case FrameKind.ProbeOther:
                var other = reader.Read<SiloAddress>() ?? throw new InvalidDataException("A probe of no silo.");
                _ = ProbeForAsync(number, other);
                break;
        }
    }

    private async Task ProbeForAsync(long number, SiloAddress other)
    {
        var outcome = other.Equals(Peer) ? await _owner.CallBackAsync(other) : await _owner.ProbeAsync(other, _owner.ProbeLimit);
        SendProbe(FrameKind.ProbeAnswer, number, outcome == ProbeOutcome.Alive ? outcome : ProbeOutcome.Dead, null);
    }

    private bool SendProbe(FrameKind kind, long number, ProbeOutcome outcome, SiloAddress? other)
    {
        var writer = WireWriter.Rent(_serializer);
        try
        {
            var start = MessageFormat.Begin(writer, kind);
            writer.WriteVarUInt((ulong)number);
            writer.WriteVarUInt((ulong)Math.Max(0, _owner.Version.Value));
            if (kind == FrameKind.ProbeAnswer) writer.WriteByte((byte)outcome);
            if (other is not null) writer.Write(other);
            MessageFormat.End(writer, start);
            return _connection.Send(writer.Written);
        }
        finally
        {
            writer.Return();
        }
    }
}
