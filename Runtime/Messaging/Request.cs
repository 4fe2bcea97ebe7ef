using Orchestration.Runtime.Activations;
using Orchestration.Runtime.References;
using Orchestration.Runtime.Serialization;
using Orleans.Runtime;

namespace Orchestration.Runtime.Messaging;

/// <summary>
/// One call: message, arguments and outcome, on the caller's side and on the grain's. Within a silo both are the same object.
/// Each grain method has a class of its own with typed fields, emitted by <see cref="RequestEmitter"/>, so that no argument is
/// boxed.
/// </summary>
internal abstract class Request : Call
{
    private const int PinnedBit = 1 << 16;

    private int _completed;
    private CalleeCancellation? _calleeCancellation;
    private CancellationTokenRegistration _callerRegistration;

    /// <summary>The method that is called.</summary>
    public abstract MethodDescriptor Method { get; }

    /// <summary>The grain that is called.</summary>
    public GrainId Target { get; set; }

    /// <summary>The caller's request context; shared with other calls, so never changed.</summary>
    public sealed override Dictionary<string, object>? Context { get; set; }

    /// <summary>The number that a connection knows the call by.</summary>
    public long Id { get; set; }

    /// <summary>
    /// Where the outcome goes when the caller is in another process; null when a task of this process waits for it.
    /// </summary>
    public IReplySink? Sink { get; set; }

    /// <summary>The error, once the call has failed.</summary>
    public Exception? Exception { get; private set; }

    /// <summary>Whether the outcome is settled, be it that the caller has given up.</summary>
    public bool IsCompleted => Volatile.Read(ref _completed) != 0;

    public sealed override bool AlwaysInterleaves => Method.AlwaysInterleave;

    public sealed override bool IsReadOnly => Method.ReadOnly;

    public sealed override bool IsVoid => IsCompleted;

    /// <summary>How often the call was passed on between silos; above those bits, whether it is pinned.</summary>
    public int ForwardCount { get; set; }

    /// <summary>Whether it was sent here for this very silo to activate the grain, whoever owns its hash.</summary>
    public bool IsPinned
    {
        get => (ForwardCount & PinnedBit) != 0;
        set => ForwardCount = value ? ForwardCount | PinnedBit : ForwardCount & ~PinnedBit;
    }

    /// <summary>How often the call was passed on between silos.</summary>
    public int Forwards => ForwardCount & ~PinnedBit;

    /// <summary>What sent the call from this process; null when the caller is in another one.</summary>
    internal ReferenceRuntime? Caller { get; set; }

    /// <summary>Whether the caller has cancelled.</summary>
    internal bool CancelRequested => Volatile.Read(ref _calleeCancellation) is { IsRequested: true };

    internal Request? PendingNext { get; set; }

    internal Request? PendingPrevious { get; set; }

    /// <summary>The tick of <see cref="PendingCalls"/> at which the caller gives up; 0 for never.</summary>
    internal int ExpiresAt { get; set; }

    internal int PendingStripe { get; set; }

    /// <summary>Writes the arguments in order.</summary>
    public abstract void WriteArguments(WireWriter writer);

    /// <summary>Reads the arguments in order.</summary>
    public abstract void ReadArguments(WireReader reader);

    /// <summary>Replaces the arguments by copies where the grain could otherwise share them with its caller.</summary>
    public abstract void CopyArguments(ValueCopier copier);

    /// <summary>Writes the result; nothing where the method has none.</summary>
    public abstract void WriteResult(WireWriter writer);

    /// <summary>Reads the result; <see cref="Complete"/> then hands it to the caller.</summary>
    public abstract void ReadResult(WireReader reader);

    /// <summary>The caller's token among the arguments.</summary>
    public virtual CancellationToken CancellationArgument
    {
        get => default;
        set { }
    }

    /// <summary>Hands the result to the caller or its connection; the first outcome wins.</summary>
    public void Complete()
    {
        if (!TrySettle()) return;
        if (Sink is { } sink) sink.Reply(this);
        else SetTaskResult();
    }

    /// <summary>Hands an error to the caller or its connection; the first outcome wins.</summary>
    public void Fail(Exception exception)
    {
        if (!TrySettle()) return;
        Exception = exception;
        if (Sink is { } sink) sink.Reply(this);
        else SetTaskException(exception);
    }

    /// <summary>
    /// Cancels the token that the grain was given, in a turn of its own; harmless before the start and after the end.
    /// </summary>
    public void Cancel()
    {
        CalleeCancellationSource()?.Request();
        (Sink as RelayedReply)?.Cancel(this);
    }

    internal sealed override void NotRun(Activation activation)
    {
        if (!IsCompleted) activation.Silo.Router.Send(this);
    }

    internal sealed override void ActivationFailed(Exception error) => Fail(error);

    /// <summary>
    /// Gives the grain a token of its own, since the caller's would run its callbacks outside the grain's turns.
    /// </summary>
    internal void PrepareCancellation(Activation activation)
    {
        if (!Method.Cancellable || (Caller is not null && !CancellationArgument.CanBeCanceled)) return;
        if (CalleeCancellationSource() is not { } source) return;
        source.Attach(activation);
        CancellationArgument = source.Token;
    }

    /// <summary>Watches the caller's token: when it is cancelled the caller is released at once and the grain is told.</summary>
    internal void WatchCaller()
    {
        var token = CancellationArgument;
        if (!token.CanBeCanceled) return;
        _callerRegistration = token.UnsafeRegister(static (self, token) => ((Request)self!).CallerCancelled(token), this);
    }

    /// <summary>The caller has waited for as long as calls may take.</summary>
    internal void TimeOut(TimeSpan limit)
    {
        Fail(new TimeoutException($"{Method} of {Target} was not answered within {limit}; whether it ran is unknown."));
        Caller?.Router.Forget(this);
    }

    /// <summary>Settles the outcome unless it is settled already, and stops waiting for it.</summary>
    protected bool TrySettle()
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0) return false;
        Caller?.Pending.Remove(this);
        // Not Dispose: it would wait for a cancellation callback that may be this very call.
        if (Method.Cancellable) _callerRegistration.Unregister();
        return true;
    }

    protected abstract void SetTaskResult();

    protected abstract void SetTaskException(Exception exception);

    private void CallerCancelled(CancellationToken token)
    {
        Caller!.Router.Cancel(this);
        if (!TrySettle()) return;
        SetTaskException(new OperationCanceledException(token));
        Caller.Router.Forget(this);
    }

    private CalleeCancellation? CalleeCancellationSource()
    {
        if (!Method.Cancellable) return null;
        var source = Volatile.Read(ref _calleeCancellation);
        if (source is not null) return source;
        source = new CalleeCancellation();
        return Interlocked.CompareExchange(ref _calleeCancellation, source, null) ?? source;
    }
}
