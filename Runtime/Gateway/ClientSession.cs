using System.Buffers;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Transport;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orchestration.Runtime.Gateway;

/// <summary>
/// The caller's side of a connection, a client's with a gateway or a silo's with another, from the welcome to the end.
/// Thread-safe.
/// </summary>
internal sealed class ClientSession : IFrameHandler
{
    private readonly FrameConnection _connection;
    private readonly WireSerializer _serializer;
    private readonly TimeSpan _timeToLive;
    private readonly PendingCalls? _clock;
    private readonly string _callee;
    private readonly CallTable _calls;
    private readonly Lock _heldGate = new();
    private readonly Queue<Request> _held = new();
    private readonly int _maxHeld;
    private readonly Action<ClientSession> _retired;
    private bool _holding;
    private volatile bool _isRetired;

    public ClientSession(
        FrameConnection connection, WireSerializer serializer, TransportOptions options, TimeSpan timeToLive,
        Action<ClientSession> retired, PendingCalls? clock = null, string callee = "the gateway")
    {
        _connection = connection;
        _serializer = serializer;
        _timeToLive = timeToLive;
        _calls = new CallTable(options.MaxOpenCalls);
        _maxHeld = options.MaxOpenCalls;
        _retired = retired;
        _clock = clock;
        _callee = callee;
    }

    /// <summary>The silo at the other end; null where it did not say.</summary>
    public SiloAddress? Silo { get; init; }

    /// <summary>Where the gateway is.</summary>
    public string Peer => _connection.Peer;

    /// <summary>Whether the gateway takes no new calls.</summary>
    public bool IsRetired => _isRetired;

    /// <summary>Calls that wait for an answer.</summary>
    public int OpenCalls => _calls.Count;

    /// <summary>
    /// Sends a call; false if this connection takes none, and nothing was sent. While the gateway does not take in what is sent
    /// to it, calls are held back as they are.
    /// </summary>
    public bool Send(Request request)
    {
        if (_isRetired) return false;
        if (_connection.IsCongested || Volatile.Read(ref _holding)) return Hold(request);
        return SendNow(request);
    }

    /// <summary>
    /// Tells the gateway that the caller of this call has given up. False if the call is not this connection's.
    /// </summary>
    public bool Cancel(Request request)
    {
        if (!_calls.Contains(request)) return false;
        var writer = WireWriter.Rent(_serializer);
        MessageFormat.WriteCancel(writer, request.Id);
        _connection.Send(writer.Written);
        writer.Return();
        return true;
    }

    public bool Forget(Request request) => _calls.Remove(request);

    /// <summary>Takes answers until the connection ends; then fails the calls that have none.</summary>
    /// <param name="handler">Takes the frames in place of this, and hands on what is this session's.</param>
    public async Task RunAsync(IFrameHandler? handler = null)
    {
        await _connection.ReceiveAsync(handler ?? this);
        FailOpenCalls(_connection.AbortReason);
    }

    /// <summary>Takes no calls from here on, and fails those that have no answer.</summary>
    public void FailOpenCalls(string? why)
    {
        _isRetired = true;
        List<Request> lost = _calls.Close();
        lock (_heldGate)
        {
            lost.AddRange(_held);
            _held.Clear();
        }

        var reason = why is null ? "" : $" ({why})";
        foreach (var request in lost)
        {
            request.Fail(new SiloUnavailableException(
                $"The connection with {_callee} {Peer} was lost{reason} before {request.Method} of {request.Target} "
                + "was answered; whether it ran is unknown."));
        }
    }

    /// <summary>Says goodbye and closes the connection.</summary>
    public Task CloseAsync(TimeSpan patience)
    {
        _isRetired = true;
        return _connection.CloseAsync(patience);
    }

    public void Abort(string reason) => _connection.Abort(reason);

    public void OnFrame(FrameKind kind, in ReadOnlySequence<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.Response:
                var reader = WireReader.Rent(in payload, _serializer);
                try
                {
                    TakeResponse(reader);
                }
                finally
                {
                    reader.Return();
                }

                break;
            case FrameKind.Goodbye:
                _isRetired = true;
                _retired(this);
                break;
            default:
                throw new InvalidDataException($"A callee does not send {kind} frames.");
        }
    }

    private void TakeResponse(WireReader reader)
    {
        var id = (long)reader.ReadVarUInt();
        var status = (ResponseStatus)reader.ReadByte();
        if (_calls.Take(id) is not { } request) return;
        Exception error;
        try
        {
            if (status == ResponseStatus.Result)
            {
                request.ReadResult(reader);
                request.Complete();
                return;
            }

            error = reader.Read<Exception>() ?? new OrleansException("The call failed; the gateway did not say why.");
        }
        catch (Exception e)
        {
            error = new SerializerException($"The answer to {request.Method} of {request.Target} cannot be read: {e.Message}", e);
        }

        request.Fail(error);
    }

    private bool SendNow(Request request)
    {
        if (!request.Method.OneWay)
        {
            switch (_calls.Add(request))
            {
                case AddOutcome.Closed: return false;
                case AddOutcome.Full:
                    request.Fail(new LimitExceededException(
                        $"More than {_maxHeld} calls wait for an answer of {_callee} {Peer}."));
                    return true;
            }

            // The caller may have given up before the call had a number to be forgotten by.
            if (request.IsCompleted)
            {
                _calls.Remove(request);
                return true;
            }
        }

        var writer = WireWriter.Rent(_serializer);
        try
        {
            MessageFormat.WriteRequest(writer, request, request.Method.OneWay ? 0 : request.Id,
                _clock?.TimeLeft(request) ?? _timeToLive);

            // False: the connection is ending. The call is in the table, or the table is closed and the router looks further.
            if (_connection.Send(writer.Written)) return true;
            return !request.Method.OneWay && !_calls.Remove(request);
        }
        catch (Exception e)
        {
            _calls.Remove(request);
            request.Fail(e);
            return true;
        }
        finally
        {
            writer.Return();
        }
    }

    private bool Hold(Request request)
    {
        lock (_heldGate)
        {
            if (_held.Count >= _maxHeld)
            {
                request.Fail(new LimitExceededException($"More than {_maxHeld} calls wait for {_callee} {Peer} to take them."));
                return true;
            }

            _held.Enqueue(request);
            if (_holding) return true;
            _holding = true;
        }

        _ = ReleaseHeldAsync();
        return true;
    }

    private async Task ReleaseHeldAsync()
    {
        while (true)
        {
            await _connection.WhenDrainedAsync();
            Request? request;
            lock (_heldGate)
            {
                if (!_held.TryDequeue(out request))
                {
                    _holding = false;
                    return;
                }
            }

            if (!request.IsCompleted && !SendNow(request))
                request.Fail(new SiloUnavailableException(
                    $"The connection with {_callee} {Peer} was lost; {request.Method} was not sent."));
        }
    }
}
