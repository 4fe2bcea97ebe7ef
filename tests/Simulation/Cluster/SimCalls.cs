using System.Buffers;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.References;
using Orchestration.Runtime.Serialization;
using Orchestration.Simulation.Breaking;
using Orleans.Runtime;

namespace Orchestration.Simulation.Cluster;

/// <summary>One process's calls to others, and its answers to theirs.</summary>
internal sealed class SimCalls(SimCluster cluster, WireSerializer serializer, Func<ISimHost> self)
{
    private readonly SortedDictionary<long, (string To, Request Request)> _open = [];
    private readonly SimNetwork _network = cluster.Network;
    private long _next;

    /// <summary>Sends a call.</summary>
    public void Send(string to, Request request)
    {
        var id = request.Method.OneWay ? 0 : ++_next;
        if (id != 0) _open[id] = (to, request);
        var frame = SimNetwork.Encode(serializer, request, id);
        _network.Send(self().Name, to, frame, (host, bytes) => host.Calls.Receive(self().Name, bytes));
    }

    /// <summary>A peer's process is dead, or its connection was reset.</summary>
    public void LosePeer(string peer)
    {
        foreach (var (id, call) in _open.Where(c => c.Value.To == peer).ToArray())
        {
            _open.Remove(id);
            call.Request.Fail(new SiloUnavailableException($"The connection with {peer} was lost."));
        }
    }

    private void Receive(string from, byte[] frame)
    {
        var host = self();
        if (host.Receiver is not { } receiver) return;
        var reader = WireReader.Rent(new ReadOnlySequence<byte>(frame), serializer);
        try
        {
            var head = MessageFormat.ReadHead(reader);
            if (!DescriptorRegistry.Shared.TryGetMethod(head.Method, out var method))
                throw new InvalidOperationException($"There is no grain method {head.Method:x}.");
            var request = method.CreateRequest();
            request.Sink = new Answer(this, from, head.Id);
            request.Target = GrainId.Create(new GrainType(reader.ReadBytes().ToArray()),
                new IdSpan(reader.ReadBytes().ToArray()));
            if ((head.Flags & RequestFlags.HasTimeToLive) != 0)
                host.Pending!.SetTimeToLive(request, TimeSpan.FromMilliseconds(reader.ReadVarUInt()));
            if ((head.Flags & RequestFlags.HasForwards) != 0) request.ForwardCount = (int)reader.ReadVarUInt();
            if ((head.Flags & RequestFlags.HasContext) != 0) request.Context = reader.Read<Dictionary<string, object>>();
            request.ReadArguments(reader);
            request.Id = head.Id;
            cluster.Loop.Watcher?.Invoke($"{host.Name} takes call {head.Id} of {from}: {request}");
            if (cluster.Broken == SimBreak.AcknowledgedOnArrival && request is Request<SignalReply>
                && from.StartsWith("client", StringComparison.Ordinal))
                AnswerAtOnce(from, request, new SignalReply(null, null, Guid.Empty));
            if (cluster.Broken == SimBreak.QueriedWithinTurn && request is Request<QueryReply>
                && (host as SimSilo)?.AnswerHastily(request) is { } hasty) AnswerAtOnce(from, request, hasty);
            receiver.Receive(request);
        }
        finally
        {
            reader.Return();
        }
    }

    private void TakeAnswer(byte[] frame)
    {
        var reader = WireReader.Rent(new ReadOnlySequence<byte>(frame), serializer);
        try
        {
            var id = (long)reader.ReadVarUInt();
            var status = (ResponseStatus)reader.ReadByte();
            if (!_open.Remove(id, out var call)) return;
            cluster.Loop.Watcher?.Invoke($"{self().Name} takes answer {id}: {call.Request}, {status}");
            if (status == ResponseStatus.Result)
            {
                call.Request.ReadResult(reader);
                call.Request.Complete();
            }
            else
            {
                call.Request.Fail(reader.Read<Exception>() ?? new OrleansException("The call failed."));
            }
        }
        finally
        {
            reader.Return();
        }
    }

    private void Reply(string to, Request request) => _network.Send(
        self().Name, to, SimNetwork.EncodeReply(serializer, request), static (host, bytes) => host.Calls.TakeAnswer(bytes));

    /// <summary>What comes of the call, its sender is not told.</summary>
    private void AnswerAtOnce<T>(string from, Request request, T reply)
    {
        var answer = request.Method.CreateRequest();
        var writer = WireWriter.Rent(serializer);
        writer.Write(reply);
        var reader = WireReader.Rent(new ReadOnlySequence<byte>(writer.Written.ToArray()), serializer);
        answer.ReadResult(reader);
        reader.Return();
        writer.Return();
        answer.Id = request.Id;
        Reply(from, answer);
        request.Sink = new Answer(this, from, 0);
    }

    private sealed class Answer(SimCalls owner, string to, long id) : IReplySink
    {
        public void Reply(Request request)
        {
            if (id == 0) return;
            request.Id = id;
            owner.Reply(to, request);
        }
    }
}
