using Orchestration.Runtime.Messaging;
using Orchestration.Testing.Time;
using Orleans.Runtime;

namespace Orchestration.Testing.Hosting;

/// <summary>
/// The way of the environment's client to whatever silo there is. While its calls wait the clock may jump; while no silo is up
/// they wait for one; when a silo dies, those under way end with an unknown outcome, which the client repeats. Thread-safe.
/// </summary>
internal sealed class ClientCalls(WorkLedger ledger) : ICallWatcher, IRequestRouter
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Request, Waiting> _calls = [];
    private readonly Queue<Request> _unsent = new();
    private IRequestRouter? _silo;

    /// <summary>A silo is up.</summary>
    public void Attach(IRequestRouter silo)
    {
        Request[] unsent;
        lock (_gate)
        {
            _silo = silo;
            unsent = [.. _unsent.Where(_calls.ContainsKey)];
            _unsent.Clear();
            foreach (var request in unsent) _calls[request].IsWithSilo = true;
        }

        foreach (var request in unsent) silo.Send(request);
    }

    /// <summary>The silo is gone.</summary>
    public void Detach()
    {
        Request[] lost;
        lock (_gate)
        {
            _silo = null;
            lost = [.. _calls.Where(static c => c.Value.IsWithSilo).Select(static c => c.Key)];
        }

        foreach (var request in lost) request.Fail(new SiloUnavailableException("The silo died while the call was under way."));
    }

    /// <summary>Fails what a grain was asked and will not answer: a call here has no limit of time.</summary>
    public void Fail(string grainKey, Exception error)
    {
        Request[] asked;
        lock (_gate) asked = [.. _calls.Keys.Where(request => request.Target.Key.ToString() == grainKey)];
        foreach (var request in asked) request.Fail(error);
    }

    /// <inheritdoc/>
    public void Began(Request request)
    {
        ledger.Enter();
        lock (_gate) _calls[request] = new Waiting(AttemptHold.Current);
    }

    /// <inheritdoc/>
    public void Send(Request request)
    {
        IRequestRouter? silo;
        lock (_gate)
        {
            if (!_calls.TryGetValue(request, out var call)) return; // given up already
            silo = _silo;
            if (silo is null) _unsent.Enqueue(request);
            else call.IsWithSilo = true; // before it goes there: a silo that dies meanwhile drops it, and nobody would answer
        }

        silo?.Send(request);
        AttemptHold? attempt;
        lock (_gate)
        {
            if (!_calls.TryGetValue(request, out var call)) return; // answered already
            call.IsWaiting = true;
            attempt = call.Attempt;
            if (attempt is null) ledger.BeginWait();
        }

        // From here on it waits. What it led to is at work by now, so the clock does not move before that is done.
        attempt?.LetGo();
        ledger.Exit();
    }

    /// <inheritdoc/>
    public void Ended(Request request)
    {
        Waiting? call;
        lock (_gate)
        {
            if (!_calls.Remove(request, out call)) return;
        }

        if (!call.IsWaiting) ledger.Exit();
        else if (call.Attempt is { } attempt) attempt.TakeUp();
        else ledger.EndWait();
    }

    /// <inheritdoc/>
    public void Cancel(Request request)
    {
        lock (_gate) _silo?.Cancel(request);
    }

    /// <inheritdoc/>
    public void Forget(Request request)
    {
        lock (_gate) _silo?.Forget(request);
    }

    private sealed class Waiting(AttemptHold? attempt)
    {
        public AttemptHold? Attempt => attempt;

        /// <summary>Whether a silo has been given it, or is about to be: it is lost with the silo.</summary>
        public bool IsWithSilo { get; set; }

        /// <summary>Whether its caller counts as one who waits, no longer as one at work.</summary>
        public bool IsWaiting { get; set; }
    }
}
