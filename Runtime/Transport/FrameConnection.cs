using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Transport;

/// <summary>
/// Frames over one connection: a length (four bytes, little endian, counting what follows), a <see cref="FrameKind"/>, a payload.
/// <para>
/// Senders never wait and never touch the socket: a frame is appended to a buffer, and the first one into an empty buffer queues
/// the flush behind the work that the thread pool already has. An idle connection thus sends at once, and a busy one sends what
/// gathered meanwhile in one go. The end that answers takes in what it reads only while the peer takes what is sent to it; the
/// end that asks always reads, or both would wait for each other.
/// </para>
/// </summary>
internal sealed partial class FrameConnection : IThreadPoolWorkItem
{
    public const int HeaderBytes = sizeof(int) + 1;

    private readonly Lock _gate = new();
    private readonly ConnectionContext _context;
    private readonly TransportOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly bool _holdsBack;
    private SendBuffer _filling = new();
    private SendBuffer _sending = new();
    private bool _flushing;
    private bool _completing;
    private TaskCompletionSource? _drained;
    private long _lastReceived;
    private long _lastSent;
    private volatile bool _congested;
    private volatile bool _holdingBack;
    private string? _abortReason;
    private readonly TaskCompletionSource _outputDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _inputDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly KeepAliveBeat _beat;
    private IFrameHandler? _handler;
    private int _unanswered;
    private int _disposed;

    /// <param name="context">The connection.</param>
    /// <param name="options">Its limits.</param>
    /// <param name="time">For signs of life.</param>
    /// <param name="logger">Hears of its end.</param>
    /// <param name="holdsBack">
    /// Whether this end stops reading while its peer does not take what it is sent. Of two ends, at most one may.
    /// </param>
    /// <param name="beat">At which it looks for signs of life, with the others of its owner.</param>
    public FrameConnection(
        ConnectionContext context, TransportOptions options, TimeProvider time, ILogger logger, bool holdsBack = true,
        KeepAliveBeat? beat = null)
    {
        _beat = beat ?? new KeepAliveBeat(time, options.KeepAliveInterval);
        _holdsBack = holdsBack;
        _context = context;
        _options = options;
        _time = time;
        _logger = logger;
        _lastReceived = _lastSent = time.GetTimestamp();
    }

    /// <summary>Where the peer is, for people.</summary>
    public string Peer => _context.RemoteEndPoint?.ToString() ?? _context.ConnectionId;

    /// <summary>Signalled once the connection is closed or lost.</summary>
    public CancellationToken Closed => _context.ConnectionClosed;

    /// <summary>Why this side gave the connection up; null where the peer closed it or it is open.</summary>
    public string? AbortReason => _abortReason;

    /// <summary>For how long nothing has arrived.</summary>
    public TimeSpan Silence => _time.GetElapsedTime(Volatile.Read(ref _lastReceived));

    /// <summary>Whether so much waits to be sent that callers should hold back.</summary>
    public bool IsCongested => _congested;

    /// <summary>Whether nothing further can be sent; what the peer has sent may still arrive.</summary>
    public bool IsClosing
    {
        get { lock (_gate) return _completing; }
    }

    /// <summary>Completes once less than the high-water mark waits to be sent, or the connection is gone.</summary>
    public Task WhenDrainedAsync()
    {
        lock (_gate)
        {
            if (!_congested || _completing) return Task.CompletedTask;
            return (_drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>
    /// Sends frames that are complete with their headers, after all frames sent before. False if the connection is closing:
    /// nothing was sent.
    /// </summary>
    public bool Send(ReadOnlySpan<byte> frames)
    {
        bool overflow, flush;
        lock (_gate)
        {
            if (_completing) return false;
            overflow = _filling.Length + (long)frames.Length > _options.SendLimit;
            if (!overflow) _filling.Append(frames);
            _congested = _filling.Length > _options.SendHighWater;
            flush = !_flushing && !overflow;
            _flushing |= flush;
        }

        if (overflow) Abort("the peer does not read what is sent to it");
        if (flush) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return !overflow;
    }

    /// <summary>Sends a frame without payload.</summary>
    public bool Send(FrameKind kind)
    {
        Span<byte> frame = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(frame, 1);
        frame[sizeof(int)] = (byte)kind;
        return Send(frame);
    }

    /// <summary>
    /// Hands each frame to the handler until the peer closes the connection or it breaks; then closes this end.
    /// </summary>
    public async Task ReceiveAsync(IFrameHandler handler)
    {
        _handler = handler;
        var place = _beat.Add(this);
        var input = _context.Transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync().ConfigureAwait(false);
                var buffer = result.Buffer;
                _lastReceived = _time.GetTimestamp();
                var held = TakeFrames(handler, ref buffer);

                // Held frames count as not looked at, so that the next read has them at once.
                input.AdvanceTo(buffer.Start, held ? buffer.Start : buffer.End);
                if (result.IsCanceled || (result.IsCompleted && !held)) break;
                if (!held) continue;
                _holdingBack = true;
                await WhenDrainedAsync().ConfigureAwait(false);
                _lastReceived = _time.GetTimestamp();
                _holdingBack = false;
            }
        }
        catch (Exception e) when (IsConnectionLoss(e))
        {
            LogLost(Peer, e.Message);
        }
        catch (Exception e)
        {
            LogBroken(Peer, e);
            Abort(e.Message);
        }

        _beat.Remove(place);
        Complete();
        _inputDone.TrySetResult();
    }

    /// <summary>
    /// Sends what waits, closes this direction and waits until the peer has closed its own; one that does not is cut off. For a
    /// connection that is being received from; can be called more than once.
    /// </summary>
    public async Task CloseAsync(TimeSpan patience)
    {
        Complete();
        try
        {
            await Task.WhenAll(_outputDone.Task, _inputDone.Task).WaitAsync(patience, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Abort("the peer did not close its end");
            await Task.WhenAll(_outputDone.Task, _inputDone.Task).ConfigureAwait(false);
        }

        if (Interlocked.Exchange(ref _disposed, 1) == 0) await _context.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Cuts the connection.</summary>
    public void Abort(string reason)
    {
        _abortReason ??= reason;
        _context.Abort(new ConnectionAbortedException(reason));
        Complete();
    }

    async void IThreadPoolWorkItem.Execute()
    {
        try
        {
            while (true)
            {
                if (TakeFilled(out var last) is not { } buffer)
                {
                    if (last) break;
                    return;
                }

                var result = await _context.Transport.Output.WriteAsync(buffer.Memory).ConfigureAwait(false);
                buffer.Clear();
                _lastSent = _time.GetTimestamp();
                if (result.IsCompleted || result.IsCanceled || _abortReason is not null) break;
            }
        }
        catch (Exception e) when (IsConnectionLoss(e))
        {
            LogLost(Peer, e.Message);
        }
        catch (Exception e)
        {
            LogBroken(Peer, e);
        }

        await EndOutputAsync().ConfigureAwait(false);
    }

    private static bool IsConnectionLoss(Exception e) =>
        e is IOException or ConnectionAbortedException or ConnectionResetException or ObjectDisposedException
            or OperationCanceledException or InvalidOperationException { Source: "System.IO.Pipelines" };

    /// <summary>
    /// What has gathered since the last call; null, with the flush over, where there is nothing. <paramref name="last"/>: nor
    /// will there be.
    /// </summary>
    private SendBuffer? TakeFilled(out bool last)
    {
        TaskCompletionSource? drained;
        lock (_gate)
        {
            last = _completing;
            if (_filling.Length == 0)
            {
                _flushing = last;
                return null;
            }

            (_filling, _sending) = (_sending, _filling);
            _congested = false;
            (drained, _drained) = (_drained, null);
        }

        drained?.TrySetResult();
        return _sending;
    }

    private async ValueTask EndOutputAsync()
    {
        lock (_gate)
        {
            // From here on there is no other flush: _flushing stays set.
            _completing = true;
            _filling.Release();
            _sending.Release();
            _congested = false;
            _drained?.TrySetResult();
            _drained = null;
        }

        await _context.Transport.Output.CompleteAsync().ConfigureAwait(false);
        _outputDone.TrySetResult();
    }

    private void Complete()
    {
        lock (_gate)
        {
            if (_completing) return;
            _completing = true;
            if (_flushing) return;
            _flushing = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>
    /// Hands on what is complete; true if it stopped before that because the peer does not take what it is sent.
    /// </summary>
    private bool TakeFrames(IFrameHandler handler, ref ReadOnlySequence<byte> buffer)
    {
        while (!_congested || !_holdsBack)
        {
            if (!TryTakeFrame(ref buffer, out var kind, out var payload)) return false;
            Take(handler, kind, in payload);
        }

        return true;
    }

    private void Take(IFrameHandler handler, FrameKind kind, in ReadOnlySequence<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.Ping: Send(FrameKind.Pong); break;
            case FrameKind.Pong: break;
            default: handler.OnFrame(kind, in payload); break;
        }
    }

    private bool TryTakeFrame(ref ReadOnlySequence<byte> buffer, out FrameKind kind, out ReadOnlySequence<byte> payload)
    {
        kind = default;
        payload = default;
        if (buffer.Length < HeaderBytes) return false;
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (buffer.FirstSpan.Length >= HeaderBytes) buffer.FirstSpan[..HeaderBytes].CopyTo(header);
        else buffer.Slice(0, HeaderBytes).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length == 0 || length > (uint)_options.MaxFrameBytes) throw new InvalidDataException(
            $"A frame of {length} bytes; at most {_options.MaxFrameBytes} are taken.");
        if (buffer.Length < sizeof(int) + (long)length) return false;
        kind = (FrameKind)header[sizeof(int)];
        payload = buffer.Slice(HeaderBytes, length - 1);
        buffer = buffer.Slice(payload.End);
        return true;
    }

    /// <summary>
    /// Looks for signs of life: asks for one after silence, and gives the connection up where several were asked for in vain. One
    /// that is awaited is asked for soon, however long there was nothing to be said before.
    /// </summary>
    public void CheckAlive()
    {
        // While the peer is not listened to, because it takes nothing in itself, what it has taken counts as a sign of life.
        var sign = _holdingBack ? Volatile.Read(ref _lastSent) : Volatile.Read(ref _lastReceived);
        var silence = _time.GetElapsedTime(sign);
        if (silence < _options.KeepAliveInterval)
        {
            _unanswered = 0;
            return;
        }

        if (_unanswered == 0 && !IsAwaiting && silence < _options.IdleKeepAliveInterval) return;
        if (silence >= _options.KeepAliveTimeout && _unanswered >= AskedInVain)
        {
            Abort("the peer is silent");
            return;
        }

        _unanswered++;
        Send(FrameKind.Ping);
    }

    // As many as fit into the silence of a peer that is awaited all the while.
    private int AskedInVain => (int)Math.Ceiling(_options.KeepAliveTimeout / _options.KeepAliveInterval) - 1;

    private bool IsAwaiting
    {
        get
        {
            if (_handler is { IsAwaiting: true }) return true;
            lock (_gate) return _flushing;
        }
    }
}
