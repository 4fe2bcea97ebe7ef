using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>What the membership does as time goes by.</summary>
internal sealed partial class ClusterMembership
{
    private static readonly TimeSpan s_announcePause = TimeSpan.FromMilliseconds(10);

    private ClusterMembershipSnapshot? _circleOf;
    private SiloCircle? _circle;
    private long _lastCleanup;

    // A silo that leaves waits until the others have heard of it, so that no call is sent to where nobody is any more. Those that
    // do not answer are not waited for.
    private async Task AnnounceAsync(CancellationToken cancellation)
    {
        var version = CurrentSnapshot.Version.Value;
        var started = _time.GetTimestamp();
        var left = new SiloCircle(CurrentSnapshot, Self).Others.ToList();
        while (left.Count > 0 && _time.GetElapsedTime(started) < _options.ProbeTimeout)
        {
            var outcomes = await Task.WhenAll(left.Select(silo => _peers.ProbeAsync(silo, _options.ProbeTimeout / 2)));
            left = [.. left.Where((silo, i) => outcomes[i] == ProbeOutcome.Alive && _versions.GetValueOrDefault(silo) < version)];
            if (left.Count > 0) await Task.Delay(s_announcePause, _time, cancellation);
        }
    }

    // Two beats a probe.
    private void StartBeating()
    {
        var interval = _options.ProbeTimeout / 2;
        _lastCleanup = _time.GetTimestamp();
        _signOfLife.Start(Self);
        using (ExecutionContext.SuppressFlow())
        {
            _tick = _time.CreateTimer(static self => ((ClusterMembership)self!).Beat(), this, interval, interval);
        }
    }

    private void Beat()
    {
        if (_fence.State == FenceState.Fenced || _status == SiloStatus.Dead) return;
        var circle = CurrentCircle();
        var state = _status == SiloStatus.Active ? _lease.Check(circle) : LeaseState.Sure;
        if (state == LeaseState.Expired && _fence.Hold($"{Self} has lost touch with the table and with other silos"))
            Held(_logger, Self, _view.Age);
        if (++_beat % 2 == 0 && _status == SiloStatus.Active) _detector.BeginRound(circle);
        var due = _fence.State == FenceState.Held
            || (state == LeaseState.Doubtful && _view.Age >= _options.ProbeTimeout)
            || _view.Age >= _options.TableRefreshTimeout;
        if (due) _ = ReadAsync();
    }

    // Made anew when the membership changes, not at each beat.
    private SiloCircle CurrentCircle()
    {
        var snapshot = CurrentSnapshot;
        if (ReferenceEquals(snapshot, _circleOf)) return _circle!;
        _circleOf = snapshot;
        return _circle = new SiloCircle(snapshot, Self);
    }

    // One at a time: a table that does not answer is not asked again and again.
    private async Task ReadAsync()
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0) return;
        try
        {
            await _view.ReadAsync(_ended.Token);
            await CleanUpAsync();
        }
        catch (Exception exception)
        {
            if (!_ended.IsCancellationRequested) ReadFailed(_logger, exception);
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    // The oldest silo does it for all.
    private async Task CleanUpAsync()
    {
        if (_options.DefunctSiloCleanupPeriod is not { } period || _time.GetElapsedTime(_lastCleanup) < period) return;
        _lastCleanup = _time.GetTimestamp();
        var active = CurrentSnapshot.Members.Values.Where(static member => member.Status == SiloStatus.Active);
        if (!Self.Equals(active.Select(static member => member.SiloAddress).Min())) return;
        await _table.CleanupDefunctSiloEntries(_time.GetUtcNow() - _options.DefunctSiloExpiration);
    }
}
