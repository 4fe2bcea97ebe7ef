using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Placement;
using Orleans.Runtime;

namespace Orchestration.Grains.Messages;

/// <summary>
/// Where callers on this silo wait for changes of runs, so that waiting pins no workflow. It keeps versions only: what has
/// changed, the workflow is asked. Thread-safe.
/// </summary>
/// <remarks>
/// No change is missed: a ticket is given in the grain turn that saw the state, and carries the topic's version; an announcement
/// after it raises the version, so that a wait with the ticket ends at once. A topic is kept for as long as a ticket may be out
/// or somebody waits; a wait for a topic that is gone ends at once too.
/// </remarks>
internal sealed class MessageHub : IDisposable
{
    /// <summary>The longest wait; below the 20 s that keep a long poll well inside a call's time limit.</summary>
    public static readonly TimeSpan MaximumWait = TimeSpan.FromSeconds(19);

    private static readonly TimeSpan TicketTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Dictionary<string, Topic>> _runs = [];
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private readonly string _key;
    private int _count;
    private long _version;

    /// <summary>For the silo's service provider.</summary>
    public MessageHub(ILocalSiloDetails silo, PollClock clock) : this(SiloKey.Of(silo.SiloAddress), clock.Time)
    {
    }

    /// <summary>A hub under the given key.</summary>
    internal MessageHub(string key, TimeProvider time)
    {
        _key = key;
        _time = time;
        _sweep = time.CreateTimer(static hub => ((MessageHub)hub!).Sweep(), this, SweepPeriod, SweepPeriod);
    }

    /// <summary>How many topics are kept.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>A ticket for the next change. To be asked for in the grain turn that saw the state.</summary>
    public HubTicket Ticket(Guid runId, string topic)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue(runId, out var topics)) _runs.Add(runId, topics = new(1, StringComparer.Ordinal));
            if (!topics.TryGetValue(topic, out var found))
            {
                topics.Add(topic, found = new Topic(++_version));
                _count++;
            }

            found.KeptSince = _time.GetTimestamp();
            return new HubTicket(_key, topic, found.Version);
        }
    }

    /// <summary>A topic has changed, durably: those who wait for it are told.</summary>
    public void Announce(Guid runId, string topic)
    {
        if (Count == 0) return;
        lock (_gate)
        {
            if (_runs.TryGetValue(runId, out var topics) && topics.TryGetValue(topic, out var found)) found.Change(++_version);
        }
    }

    /// <summary>The run has ended: all who wait for anything of it are told.</summary>
    public void AnnounceAll(Guid runId)
    {
        if (Count == 0) return;
        lock (_gate)
        {
            if (!_runs.TryGetValue(runId, out var topics)) return;
            foreach (var topic in topics.Values) topic.Change(++_version);
        }
    }

    /// <summary>Waits for a change after the given version, but at most <paramref name="wait"/>.</summary>
    /// <returns>Whether there was one, as far as is known.</returns>
    public async Task<bool> WaitAsync(Guid runId, string topic, long seen, TimeSpan wait, CancellationToken cancellationToken)
    {
        Topic found;
        Task changed;
        lock (_gate)
        {
            if (!_runs.TryGetValue(runId, out var topics) || !topics.TryGetValue(topic, out found!) || found.Version != seen)
                return true;
            changed = found.Join();
        }

        try
        {
            await changed.WaitAsync(wait > MaximumWait ? MaximumWait : wait, _time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            lock (_gate) found.Leave(_time.GetTimestamp());
        }
    }

    /// <summary>The clock of long polls.</summary>
    public TimeProvider Clock => _time;

    /// <inheritdoc/>
    public void Dispose() => _sweep.Dispose();

    private void Sweep()
    {
        if (Count == 0) return;
        lock (_gate)
        {
            foreach (var (run, topics) in _runs)
            {
                foreach (var (name, topic) in topics)
                    if (topic.IsIdle && _time.GetElapsedTime(topic.KeptSince) > TicketTime && topics.Remove(name)) _count--;
                if (topics.Count == 0) _runs.Remove(run);
            }
        }
    }

    private sealed class Topic(long version)
    {
        private TaskCompletionSource? _changed;
        private int _waiting;

        public long Version { get; private set; } = version;

        public long KeptSince { get; set; }

        public bool IsIdle => _waiting == 0;

        public void Change(long version)
        {
            Version = version;
            _changed?.TrySetResult();
            _changed = null;
        }

        public Task Join()
        {
            _waiting++;
            return (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        public void Leave(long now)
        {
            _waiting--;
            KeptSince = now;
        }
    }
}
