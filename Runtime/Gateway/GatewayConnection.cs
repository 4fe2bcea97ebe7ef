using System.Buffers;
using System.Collections.Concurrent;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.References;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Transport;
using Orleans.Runtime;

namespace Orchestration.Runtime.Gateway;

/// <summary>
/// A caller's connection as the silo sees it, be it a client's or another silo's: decodes calls, hands them on, and sends what
/// comes back. Thread-safe.
/// </summary>
internal sealed class GatewayConnection(
    FrameConnection connection, WireSerializer serializer, IRequestReceiver receiver, PendingCalls pending, int maxOpenCalls)
    : IFrameHandler, IReplySink
{
    private const int MaxKnownTypes = 64;
    private const uint MaxForwards = (1 << 17) - 1;

    private readonly ConcurrentDictionary<long, Request> _cancellable = new();
    private readonly List<GrainType> _knownTypes = [];
    private int _open;

    public FrameConnection Connection => connection;

    /// <summary>Calls that have not been answered yet.</summary>
    public int OpenCalls => Volatile.Read(ref _open);

    /// <summary>Asks the client to take further calls elsewhere.</summary>
    public void SayGoodbye() => connection.Send(FrameKind.Goodbye);

    public void OnFrame(FrameKind kind, in ReadOnlySequence<byte> payload)
    {
        var reader = WireReader.Rent(in payload, serializer);
        try
        {
            switch (kind)
            {
                case FrameKind.Request: TakeRequest(reader); break;
                case FrameKind.Cancel:
                    if (_cancellable.TryGetValue((long)reader.ReadVarUInt(), out var request)) request.Cancel();
                    break;
                case FrameKind.Goodbye: break;
                default: throw new InvalidDataException($"A caller does not send frames of kind {(byte)kind}.");
            }
        }
        finally
        {
            reader.Return();
        }
    }

    public void Reply(Request request)
    {
        if (request.Method.OneWay) return;
        Interlocked.Decrement(ref _open);
        if (request.Method.Cancellable) _cancellable.TryRemove(request.Id, out _);
        var writer = WireWriter.Rent(serializer);
        try
        {
            MessageFormat.WriteResponse(writer, request);
            connection.Send(writer.Written);
        }
        finally
        {
            writer.Return();
        }
    }

    private void TakeRequest(WireReader reader)
    {
        // What cannot be read up to here breaks the connection, since nobody could be answered; later errors are the caller's.
        var head = MessageFormat.ReadHead(reader);
        Request request;
        try
        {
            request = ReadRequest(reader, in head);
        }
        catch (Exception e)
        {
            if ((head.Flags & RequestFlags.OneWay) == 0) Refuse(head.Id, e);
            return;
        }

        if (!request.Method.OneWay)
        {
            if (Interlocked.Increment(ref _open) > maxOpenCalls)
            {
                Interlocked.Decrement(ref _open);
                Refuse(head.Id, new GatewayTooBusyException($"The client has more than {maxOpenCalls} calls open."));
                return;
            }

            if (request.Method.Cancellable) _cancellable[head.Id] = request;
        }

        receiver.Receive(request);
    }

    private Request ReadRequest(WireReader reader, in RequestHead head)
    {
        if (!DescriptorRegistry.Shared.TryGetMethod(head.Method, out var method)) throw new OrleansConfigurationException(
            $"ORCH0201: the silo has no grain method with the number {head.Method:x16}; "
            + "the client's grain interfaces are of another version.");
        var type = KnownType(reader.ReadBytes());
        var key = new IdSpan(reader.ReadBytes().ToArray());
        if (type.IsDefault || key.IsDefault) throw new ArgumentException("The call names no grain.");
        var request = method.CreateRequest();
        request.Id = head.Id;
        request.Sink = this;
        request.Target = GrainId.Create(type, key);
        if ((head.Flags & RequestFlags.HasTimeToLive) != 0)
            pending.SetTimeToLive(request, TimeSpan.FromMilliseconds(Math.Min(reader.ReadVarUInt(), int.MaxValue)));
        if ((head.Flags & RequestFlags.HasForwards) != 0)
            request.ForwardCount = (int)Math.Min(reader.ReadVarUInt(), MaxForwards);
        if ((head.Flags & RequestFlags.HasContext) != 0) request.Context = reader.Read<Dictionary<string, object>>();
        request.ReadArguments(reader);
        return request;
    }

    // Grain types are few and come again and again: the same ones are used for all calls. Called by the receive loop only.
    private GrainType KnownType(ReadOnlySpan<byte> name)
    {
        foreach (var known in _knownTypes)
        {
            if (known.AsSpan().SequenceEqual(name)) return known;
        }

        var type = new GrainType(name.ToArray());
        if (_knownTypes.Count < MaxKnownTypes) _knownTypes.Add(type);
        return type;
    }

    private void Refuse(long id, Exception error)
    {
        var writer = WireWriter.Rent(serializer);
        try
        {
            MessageFormat.WriteError(writer, id, error);
            connection.Send(writer.Written);
        }
        finally
        {
            writer.Return();
        }
    }
}
