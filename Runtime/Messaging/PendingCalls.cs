namespace Orchestration.Runtime.Messaging;

/// <summary>
/// The calls of this process that wait for an answer, for their time-outs. All have the same limit, so each stripe's list is in
/// order of expiry and a sweep looks only at those that are due: a call costs two short list operations and no timer. Accurate to
/// a tick.
/// </summary>
internal sealed class PendingCalls : IDisposable
{
    /// <summary>The accuracy of time-outs, and of the silo's coarse clock.</summary>
    public static readonly TimeSpan TickLength = TimeSpan.FromSeconds(0.5);

    private readonly Stripe[] _stripes;
    private readonly ITimer _timer;
    private readonly int _ticksToLive;
    private readonly TimeSpan _timeout;
    private int _now = 1;

    public PendingCalls(TimeProvider time, TimeSpan timeout)
    {
        _timeout = timeout;
        _ticksToLive = (int)Math.Min(int.MaxValue / 2, Math.Ceiling(timeout / TickLength) + 1);
        _stripes = new Stripe[Math.Clamp((int)System.Numerics.BitOperations.RoundUpToPowerOf2((
            uint)Environment.ProcessorCount) * 4, 4, 64)];
        for (var i = 0; i < _stripes.Length; i++) _stripes[i] = new Stripe();
        _timer = time.CreateTimer(static self => ((PendingCalls)self!).Sweep(), this, TickLength, TickLength);
    }

    /// <summary>Is told of each call that begins and ends to wait; null in a silo of its own.</summary>
    public ICallWatcher? Watcher { get; init; }

    /// <summary>Runs with each sweep; for what else needs a coarse beat.</summary>
    public event Action? Ticked;

    /// <summary>The coarse clock: ticks since the start.</summary>
    public int Now => Volatile.Read(ref _now);

    /// <summary>Starts the time-out of a call.</summary>
    public void Add(Request request)
    {
        request.ExpiresAt = Now + _ticksToLive;
        var index = Environment.CurrentManagedThreadId & (_stripes.Length - 1);
        request.PendingStripe = index;
        var stripe = _stripes[index];
        lock (stripe) stripe.Append(request);
        Watcher?.Began(request);
    }

    /// <summary>Ends the time-out of a call.</summary>
    public void Remove(Request request)
    {
        var stripe = _stripes[request.PendingStripe];
        lock (stripe) stripe.Unlink(request);
        Watcher?.Ended(request);
    }

    /// <summary>Whether the caller of this request has given up.</summary>
    public bool HasExpired(Request request) => request.ExpiresAt != 0 && request.ExpiresAt - Now < 0;

    /// <summary>Sets after how long the caller of a request that came from another process will have given up.</summary>
    public void SetTimeToLive(Request request, TimeSpan timeToLive) =>
        request.ExpiresAt = Now + 1 + (int)Math.Min(int.MaxValue / 2, Math.Ceiling(timeToLive / TickLength));

    /// <summary>How long the caller of this request still waits; null where nothing says so.</summary>
    public TimeSpan? TimeLeft(Request request) =>
        request.ExpiresAt == 0 ? null : Math.Max(0, request.ExpiresAt - Now) * TickLength;

    /// <summary>Fails all calls that wait, since the silo has ended.</summary>
    public void FailAll(Func<Request, Exception> error)
    {
        foreach (var stripe in _stripes)
        {
            while (stripe.TakeFirst() is { } request) request.Fail(error(request));
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Sweep()
    {
        Volatile.Write(ref _now, _now + 1);
        foreach (var stripe in _stripes)
        {
            while (stripe.TakeExpired(_now) is { } request) request.TimeOut(_timeout);
        }

        Ticked?.Invoke();
    }

    private sealed class Stripe
    {
        private Request? _first;
        private Request? _last;

        public void Append(Request request)
        {
            request.PendingPrevious = _last;
            if (_last is null) _first = request;
            else _last.PendingNext = request;
            _last = request;
        }

        public void Unlink(Request request)
        {
            var (previous, next) = (request.PendingPrevious, request.PendingNext);
            if (previous is null && next is null && _first != request) return;
            if (previous is null) _first = next;
            else previous.PendingNext = next;
            if (next is null) _last = previous;
            else next.PendingPrevious = previous;
            request.PendingPrevious = request.PendingNext = null;
        }

        public Request? TakeFirst()
        {
            lock (this)
            {
                if (_first is not { } request) return null;
                Unlink(request);
                return request;
            }
        }

        public Request? TakeExpired(int now)
        {
            lock (this)
            {
                if (_first is not { } request || request.ExpiresAt - now > 0) return null;
                Unlink(request);
                return request;
            }
        }
    }
}
