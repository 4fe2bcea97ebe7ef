using Microsoft.Extensions.Logging;
using Orchestration.Runtime.References;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Reminders;

/// <summary>
/// The reminders of this silo by when they are due next, with one timer for the earliest. Ticks are calls; those of one reminder
/// never overlap, and one that was missed is not made up for. Thread-safe.
/// </summary>
internal sealed partial class ReminderSchedule(ReferenceFactory references, TimeProvider time,
    ILogger<ReminderSchedule> logger) : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);
    private readonly Lock _gate = new();
    private readonly Dictionary<(GrainId Grain, string Name), Scheduled> _reminders = [];
    private readonly PriorityQueue<Scheduled, DateTime> _due = new();
    private HashSet<(GrainId Grain, string Name)>? _touched;
    private ITimer? _timer;

    public int Count
    {
        get { lock (_gate) return _reminders.Count; }
    }

    /// <summary>Reminders whose tick has not ended, so that a further one would be passed over; for tests.</summary>
    public int Ticking
    {
        get { lock (_gate) return _reminders.Values.Count(static scheduled => scheduled.Running); }
    }

    public void Start()
    {
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(
                static self => ((ReminderSchedule)self!).FireDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            _reminders.Clear();
            _due.Clear();
        }
    }

    public void Dispose() => Stop();

    /// <summary>A reading of the table begins: what it yields must not undo what changes from here on.</summary>
    public void BeginReplace()
    {
        lock (_gate) _touched = [];
    }

    /// <summary>Schedules a reminder in place of the one of its name.</summary>
    public void Set(ReminderEntry entry)
    {
        lock (_gate)
        {
            _touched?.Add((entry.GrainId, entry.ReminderName));
            Put(entry);
            Arm();
        }
    }

    public void Remove(GrainId grain, string name)
    {
        lock (_gate)
        {
            _touched?.Add((grain, name));
            _reminders.Remove((grain, name));
        }
    }

    /// <summary>Drops the reminders of these grains.</summary>
    public void RemoveWhere(Func<GrainId, bool> gone)
    {
        lock (_gate)
        {
            foreach (var key in _reminders.Keys.Where(key => gone(key.Grain)).ToArray()) _reminders.Remove(key);
        }
    }

    /// <summary>Schedules exactly these, but for what was changed since <see cref="BeginReplace"/>.</summary>
    public void Replace(IEnumerable<ReminderEntry> entries)
    {
        lock (_gate)
        {
            var touched = _touched ?? [];
            _touched = null;
            if (_timer is null) return;
            var wanted = entries.ToDictionary(static entry => (entry.GrainId, entry.ReminderName));
            foreach (var (key, entry) in wanted)
            {
                var known = _reminders.TryGetValue(key, out var scheduled) && scheduled.Entry.ETag == entry.ETag;
                if (!known && !touched.Contains(key)) Put(entry);
            }

            foreach (var key in _reminders.Keys.ToArray())
            {
                if (!wanted.ContainsKey(key) && !touched.Contains(key)) _reminders.Remove(key);
            }

            Arm();
        }
    }

    // The next of the times StartAt, StartAt + Period, ... that is not past.
    internal static DateTime NextDue(ReminderEntry entry, DateTime now)
    {
        if (now <= entry.StartAt) return entry.StartAt;
        var since = (now - entry.StartAt).Ticks % entry.Period.Ticks;
        return since == 0 ? now : now.AddTicks(entry.Period.Ticks - since);
    }

    private void Put(ReminderEntry entry)
    {
        var scheduled = new Scheduled(entry);
        _reminders[(entry.GrainId, entry.ReminderName)] = scheduled;
        _due.Enqueue(scheduled, NextDue(entry, time.GetUtcNow().UtcDateTime));
    }

    private void FireDue()
    {
        var now = time.GetUtcNow().UtcDateTime;
        var firing = new List<Scheduled>();
        lock (_gate)
        {
            while (_due.TryPeek(out var scheduled, out var due) && due <= now)
            {
                _due.Dequeue();
                if (!IsCurrent(scheduled)) continue;
                if (!scheduled.Running) firing.Add(scheduled);
                scheduled.Running = true;
                _due.Enqueue(scheduled, NextDue(scheduled.Entry, now.AddTicks(1)));
            }

            Arm();
        }

        foreach (var scheduled in firing) _ = TickAsync(scheduled, now);
    }

    private async Task TickAsync(Scheduled scheduled, DateTime now)
    {
        var entry = scheduled.Entry;
        try
        {
            var grain = references.GetGrain<IRemindable>(entry.GrainId);
            await grain.ReceiveReminder(entry.ReminderName, new TickStatus(entry.StartAt, entry.Period, now));
        }
        catch (Exception exception)
        {
            TickFailed(logger, exception, entry.ReminderName, entry.GrainId);
        }

        lock (_gate) scheduled.Running = false;
    }

    private bool IsCurrent(Scheduled scheduled) =>
        _reminders.TryGetValue((scheduled.Entry.GrainId, scheduled.Entry.ReminderName), out var current)
            && ReferenceEquals(current, scheduled);

    // Replaced and removed ones stay queued until they come up here.
    private void Arm()
    {
        while (_due.TryPeek(out var scheduled, out _) && !IsCurrent(scheduled)) _due.Dequeue();
        if (_timer is null || !_due.TryPeek(out _, out var due)) return;
        var wait = due - time.GetUtcNow().UtcDateTime;
        _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait, Timeout.InfiniteTimeSpan);
    }

    private sealed class Scheduled(ReminderEntry entry)
    {
        public ReminderEntry Entry => entry;

        public bool Running { get; set; }
    }
}
