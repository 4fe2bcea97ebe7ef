using System.Runtime.CompilerServices;
using Orchestration.Runtime.Hosting;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.Timers;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orchestration.Runtime.Activations;

/// <summary>
/// One activation of a grain: admits calls, and starts and ends the grain object. All but the members of
/// <see cref="IGrainContext"/>
/// runs in turns of the activation, one at a time, so nothing here is locked.
/// </summary>
internal sealed partial class Activation : IGrainContext
{
    private readonly CallGate _gate;
    private ActivationState _state;
    private object? _grain;
    private IServiceProvider? _services;
    private GrainReference? _reference;
    private GrainLifecycle? _lifecycle;
    private HashSet<GrainTimer>? _timers;
    private bool _pumping;
    private int _lastUse;
    private int _keepUntil;

    public Activation(GrainId id, GrainClass grainClass, SiloRuntime silo)
    {
        GrainId = id;
        Class = grainClass;
        Silo = silo;
        Turns = new TurnQueue(this, silo.Dispatcher);
        _gate = new CallGate(grainClass.IsReentrant);
        _lastUse = silo.Clock.Now;
    }

    public GrainId GrainId { get; }

    public ActivationId ActivationId { get; } = ActivationId.NewId();

    public object? GrainInstance => _grain;

    public GrainAddress Address => new()
    {
        GrainId = GrainId,
        ActivationId = ActivationId,
        SiloAddress = Silo.Address,
        MembershipVersion = Silo.Membership.CurrentSnapshot.Version,
    };

    public GrainReference GrainReference => _reference ??= Silo.References.Create(GrainId, Class.MainInterface);

    public IServiceProvider ActivationServices => _services ?? Silo.Services;

    public IGrainLifecycle ObservableLifecycle => _lifecycle ??= new GrainLifecycle();

    internal GrainClass Class { get; }

    internal SiloRuntime Silo { get; }

    internal TurnQueue Turns { get; }

    internal ActivationState State => _state;

    /// <summary>
    /// The owner of its hash, which has calls come here by a hint; null where it is here since this silo is the owner.
    /// </summary>
    internal SiloAddress? PinnedBy { get; set; }

    /// <summary>
    /// The coarse tick of the last use; read from other threads by the collector, where a stale value does no harm.
    /// </summary>
    internal int LastUse => Volatile.Read(ref _lastUse);

    /// <summary>How many calls wait, roughly; for the limit.</summary>
    internal int Backlog => Turns.Count + _gate.Waiting;

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public override string ToString() => $"[Activation {GrainId} {ActivationId} {_state}]";

    /// <summary>A call's turn has come: runs it, or keeps it until it may run.</summary>
    internal void Receive(Call call)
    {
        switch (_state)
        {
            case ActivationState.Active when _gate.MayStart(call):
                Run(call);
                break;
            case ActivationState.Ended:
                call.NotRun(this);
                break;
            default:
                _gate.Hold(call);
                if (_state == ActivationState.Created) BeginActivation(call.Context);
                break;
        }
    }

    /// <summary>A call that was started has ended; runs those that waited for it.</summary>
    internal void Finished(Call call)
    {
        _gate.Left(call);
        if (call.IsUse) _lastUse = Silo.Clock.Now;
        Pump();
    }

    /// <summary>A call's code threw: an activation whose stored state turned out to be stale must not live on.</summary>
    internal void Threw(Exception exception)
    {
        if (exception is not InconsistentStateException { IsSourceActivation: true } stale) return;
        stale.IsSourceActivation = false;
        Deactivate(new(DeactivationReasonCode.ApplicationError, exception, "The stored state was changed by another writer."));
    }

    /// <summary>Keeps the activation from collection for a while; a negative span takes that back.</summary>
    internal void DelayCollection(TimeSpan span)
    {
        var ticks = span / PendingCalls.TickLength;
        _keepUntil = Silo.Clock.Now + (int)Math.Clamp(ticks, 0, int.MaxValue / 2);
    }

    /// <summary>Whether it has been idle for so many ticks and nothing waits. Only good as a hint outside its turns.</summary>
    internal bool IsIdleFor(int ticks) =>
        _state == ActivationState.Active && _gate.IsEmpty && Turns.Count == 0
        && Silo.Clock.Now - _lastUse >= ticks && Silo.Clock.Now - _keepUntil >= 0;

    internal void Add(GrainTimer timer) => (_timers ??= []).Add(timer);

    internal void Remove(GrainTimer timer) => _timers?.Remove(timer);

    private void Run(Call call)
    {
        if (call.IsVoid) return;
        _gate.Entered(call);
        if (call.IsUse) _lastUse = Silo.Clock.Now;
        var before = ExecutionContext.Capture();
        RequestContext.CurrentEntries = call.Context;
        call.Start(this, _grain!);

        // What the call's first part left in async locals belongs to it alone, not to the next call of this drain.
        if (ExecutionContext.Capture() is { } after && after != before && before is not null) ExecutionContext.Restore(before);
    }

    // Guarded, since a call that ends at once comes back here from within.
    private void Pump()
    {
        if (_pumping) return;
        _pumping = true;
        while (_state == ActivationState.Active && _gate.TryTake(out var call)) Run(call);
        _pumping = false;
        if (_state == ActivationState.Deactivating && _gate.NoneRuns) CallsHaveEnded();
    }
}
