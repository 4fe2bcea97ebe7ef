using System.Collections.Immutable;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Messaging;
using Orleans.Runtime;

namespace Orchestration.Runtime.Peers;

/// <summary>
/// The way to one other silo: connected when first needed, by whichever side needs it first. The newest connection is used for
/// what is sent; an older one, left over when both connected at once, still serves what comes over it. Thread-safe.
/// </summary>
internal sealed class PeerLink(SiloPeers owner, SiloAddress silo)
{
    // A connection from either side that just ended, and a new one. A silo that ends each at once is not asked without end.
    private const int MaxAttempts = 3;

    private readonly Lock _gate = new();
    private readonly Queue<Request> _waiting = new();
    private ImmutableArray<PeerSession> _sessions = [];
    private PeerSession? _current;
    private Task<PeerSession>? _connecting;
    private Exception? _failure;
    private long _failedAt;
    private string? _closed;

    public SiloAddress Silo => silo;

    public ImmutableArray<PeerSession> Sessions => _sessions;

    /// <summary>Why the last attempt to connect was refused; null where it was not.</summary>
    public string? Refusal
    {
        get { lock (_gate) return (_failure as PeerRefusedException)?.Message; }
    }

    public void Send(Request request)
    {
        while (Volatile.Read(ref _current) is { } session)
        {
            if (session.Send(request)) return;
            Ended(session);
        }

        if (!TryWait(request, out var error)) request.Fail(error);
    }

    /// <summary>
    /// Asks the silo, over another connection where the one that was asked ends meanwhile: what is lost with a connection says
    /// nothing of the silo.
    /// </summary>
    public async Task<ProbeOutcome> AskAsync(Func<PeerSession, CancellationToken, Task<ProbeOutcome>> ask, TimeSpan limit)
    {
        // One deadline for all of it, which stands before the first attempt.
        using var deadline = new CancellationTokenSource(limit, owner.Time);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var session = Volatile.Read(ref _current) ?? await SessionAsync().WaitAsync(deadline.Token);
                var outcome = await ask(session, deadline.Token);
                if (outcome != ProbeOutcome.NoAnswer || session.IsUsable || attempt == MaxAttempts
                    || deadline.IsCancellationRequested || Volatile.Read(ref _closed) is not null) return outcome;
                Ended(session);
            }
        }
        catch (PeerRefusedException e)
        {
            return e.ForGood ? ProbeOutcome.Refused : ProbeOutcome.NoAnswer;
        }
        catch (Exception e) when (e is OperationCanceledException or SiloUnavailableException)
        {
            return ProbeOutcome.NoAnswer;
        }
    }

    /// <summary>Uses a connection until it ends.</summary>
    public async Task ServeAsync(PeerSession session)
    {
        List<Request> waiting;
        string? closed;
        lock (_gate)
        {
            closed = _closed;
            _sessions = _sessions.Add(session);
            _current = session;
            _failure = null;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        var running = session.RunAsync();
        if (closed is not null) session.Abort(closed);
        foreach (var request in waiting)
        {
            if (!request.IsCompleted) Send(request);
        }

        await running;
        Ended(session);
    }

    /// <summary>
    /// The connection takes no more calls: another one is used, or made when needed. It may be some time before it has ended.
    /// </summary>
    public void Ended(PeerSession session)
    {
        lock (_gate)
        {
            if (session.IsRetired) _sessions = _sessions.Remove(session);
            if (_current == session) _current = _sessions.LastOrDefault(static other => other.IsUsable);
        }
    }

    /// <summary>
    /// Ends the link: what waits for an answer fails now. With patience, the silo is told the news, which may be that it is dead.
    /// </summary>
    public void Close(string reason, TimeSpan patience)
    {
        ImmutableArray<PeerSession> sessions;
        List<Request> waiting;
        lock (_gate)
        {
            _closed ??= reason;
            _current = null;
            sessions = _sessions;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var request in waiting) request.Fail(Unavailable(reason, request));
        foreach (var session in sessions) session.End(reason, patience);
    }

    private static SiloUnavailableException Unavailable(string reason, Request request) =>
        new($"{reason}; {request.Method} of {request.Target} was not sent.");

    private bool TryWait(Request request, out Exception error)
    {
        Task<PeerSession>? connecting;
        lock (_gate)
        {
            error = null!;
            if (_closed is { } reason) error = Unavailable(reason, request);
            else if (_failure is { } failure && owner.Time.GetElapsedTime(_failedAt) < owner.PeerOptions.PauseAfterFailure)
                error = Unavailable(failure.Message, request);
            else if (_waiting.Count >= owner.Options.MaxOpenCalls)
                error = new LimitExceededException($"More than {owner.Options.MaxOpenCalls} calls wait for {silo}.");
            if (error is not null) return false;
            _waiting.Enqueue(request);
            connecting = _current is null ? null : Task.FromResult(_current);
        }

        // Connected in between: whoever served the queue may have done so before this call was in it.
        if (connecting is not null) FlushWaiting();
        else _ = SessionAsync();
        return true;
    }

    private void FlushWaiting()
    {
        while (true)
        {
            Request? request;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out request)) return;
            }

            if (!request.IsCompleted) Send(request);
        }
    }

    private Task<PeerSession> SessionAsync()
    {
        TaskCompletionSource<PeerSession> made;
        lock (_gate)
        {
            if (_connecting is { } under) return under;
            made = new TaskCompletionSource<PeerSession>(TaskCreationOptions.RunContinuationsAsynchronously);
            _connecting = made.Task;
        }

        _ = ConnectAsync(made);
        return made.Task;
    }

    private async Task ConnectAsync(TaskCompletionSource<PeerSession> made)
    {
        try
        {
            var session = await owner.ConnectAsync(silo);
            lock (_gate) _connecting = null;
            _ = ServeAsync(session);
            made.SetResult(session);
        }
        catch (Exception e)
        {
            List<Request> waiting;
            lock (_gate)
            {
                _connecting = null;
                _failure = e;
                _failedAt = owner.Time.GetTimestamp();
                waiting = _current is null ? [.. _waiting] : [];
                if (waiting.Count > 0) _waiting.Clear();
            }

            made.SetException(e);
            _ = made.Task.Exception;
            foreach (var request in waiting) request.Fail(Unavailable(e.Message, request));
        }
    }
}
