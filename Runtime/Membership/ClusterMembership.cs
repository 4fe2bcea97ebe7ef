using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>
/// The membership of a silo among others, by a table that all share. The table has one history, so all silos see the same changes
/// in the same order, if not at the same time; no decision compares the clocks of two silos. Thread-safe.
/// </summary>
internal sealed partial class ClusterMembership : ILocalMembership, IMembershipListener, IDisposable
{
    private readonly IMembershipTable _table;
    private readonly ILocalSiloDetails _local;
    private readonly IMembershipPeers _peers;
    private readonly SiloFence _fence;
    private readonly TimeProvider _time;
    private readonly ClusterMembershipOptions _options;
    private readonly ILogger<ClusterMembership> _logger;
    private readonly MembershipTableView _view;
    private readonly ServingLease _lease;
    private readonly FailureDetector _detector;
    private readonly SignOfLife _signOfLife;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _catchingUpGate = new();
    private readonly ConcurrentDictionary<SiloAddress, long> _versions = new();
    private long _heardVersion;
    private Task? _catchingUp;
    private Task? _killing;
    private ITimer? _tick;
    private SiloStatus _status = SiloStatus.Created;
    private HashSet<SiloAddress> _dead = [];
    private HashSet<SiloAddress> _left = [];
    private int _beat;
    private int _reading;
    private long _told;

    public ClusterMembership(
        IMembershipTable table, ILocalSiloDetails local, IMembershipPeers peers, SiloFence fence, TimeProvider time,
        IOptions<ClusterMembershipOptions> options, ILogger<ClusterMembership> logger)
    {
        _table = table;
        _local = local;
        _peers = peers;
        _fence = fence;
        _time = time;
        _options = options.Value;
        _logger = logger;
        _view = new MembershipTableView(table, time, _options.TableRefreshTimeout / 2) { Read = OnRead };
        _lease = new ServingLease(_options, _view, local.SiloAddress, time);
        _detector = new FailureDetector(_options, _view, peers, _lease, local.SiloAddress, time, logger);
        _signOfLife = new SignOfLife(table, time, _options, logger);
        peers.Attach(this);
    }

    public ClusterMembershipSnapshot CurrentSnapshot => _view.Snapshot;

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => _view.Updates;

    public MembershipVersion Version => CurrentSnapshot.Version;

    public Task? CatchingUp =>
        Volatile.Read(ref _heardVersion) <= CurrentSnapshot.Version.Value ? null : Volatile.Read(ref _catchingUp);

    /// <summary>The silos whose answer to a probe is awaited, for tests.</summary>
    public IEnumerable<SiloAddress> Probed => _detector.Awaited;

    /// <summary>Whether a probe's time is over and its outcome not drawn yet, for tests.</summary>
    public bool IsProbeOverdue => _detector.IsOverdue;

    private SiloAddress Self => _local.SiloAddress;

    // What grains ask for, here and below, is not to go on in their turns: a silo that is held takes none until it has read the
    // table, and would never read it if a turn were what has the table.
    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) =>
        minimumVersion != default && CurrentSnapshot.Version >= minimumVersion
            ? ValueTask.CompletedTask : new(Task.Run(() => _view.ReadAsync(cancellationToken), CancellationToken.None));

    public async Task<bool> TryKill(SiloAddress siloAddress)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _killing, told.Task);
        try
        {
            return await Task.Run(() => _view.ChangeAsync(table => DeathOf(siloAddress, table)));
        }
        finally
        {
            _ = AfterCallerAsync(told);
        }
    }

    public async Task SetStatusAsync(SiloStatus status, CancellationToken cancellation)
    {
        if (_status >= status) return;
        if (_fence.State == FenceState.Fenced)
        {
            _status = status;
            return;
        }

        switch (status)
        {
            case SiloStatus.Joining:
                await new MembershipJoin(_table, _view, _peers, _local, _options, _time, _logger)
                    .EnterAsync(NewEntry(), cancellation);
                _status = status;
                StartBeating();
                break;
            case SiloStatus.Active:
                await new JoinCheck(_view, _peers, Self, _options, _time, _logger).RunAsync(cancellation);
                await WriteAsync(status, cancellation);
                break;
            case SiloStatus.Dead:
                await LeaveAsync(cancellation);
                break;
            default:
                await WriteAsync(status, cancellation);
                break;
        }
    }

    public bool IsKnownDead(SiloAddress silo) => CurrentSnapshot.GetSiloStatus(silo) == SiloStatus.Dead;

    public bool HasLeft(SiloAddress silo) => Volatile.Read(ref _left).Contains(silo);

    public async ValueTask<bool> IsListedAsync(SiloAddress silo, CancellationToken cancellation)
    {
        if (CurrentSnapshot.Members.ContainsKey(silo)) return true;

        // Strangers that knock together cost one reading.
        await _view.ReadSinceAsync(_time.GetTimestamp(), cancellation);
        return CurrentSnapshot.Members.ContainsKey(silo);
    }

    public void Heard(SiloAddress from, MembershipVersion version)
    {
        _lease.Heard(from);
        _versions.AddOrUpdate(from, version.Value, (_, known) => Math.Max(known, version.Value));
        if (version.Value <= Volatile.Read(ref _heardVersion) || version <= CurrentSnapshot.Version) return;
        lock (_catchingUpGate)
        {
            if (version.Value <= _heardVersion) return;
            Volatile.Write(ref _heardVersion, version.Value);
            Volatile.Write(ref _catchingUp, CatchUpAsync(_catchingUp));
        }
    }

    public void Dispose()
    {
        _tick?.Dispose();
        _signOfLife.Dispose();
        _view.Dispose();
        _ended.Dispose();
    }

    private MembershipEntry NewEntry()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return new MembershipEntry
        {
            SiloAddress = Self,
            Status = SiloStatus.Joining,
            SiloName = _local.Name,
            HostName = _local.DnsHostName,
            ProxyPort = 0,
            StartTime = now,
            IAmAliveTime = now,
        };
    }

    // What asked for the change goes on first, where it was: it may owe the silo that is dead now an answer.
    private static async Task AfterCallerAsync(TaskCompletionSource told)
    {
        await Task.Yield();
        told.SetResult();
    }

    private TableChange? DeathOf(SiloAddress silo, MembershipTableData table)
    {
        if (table.TryGet(silo) is not { } row || row.Item1.Status == SiloStatus.Dead) return null;
        var entry = row.Item1.Copy();
        entry.Status = SiloStatus.Dead;
        entry.AddSuspector(Self, _time.GetUtcNow().UtcDateTime);
        return new TableChange(entry, row.Item2);
    }

    private async Task WriteAsync(SiloStatus status, CancellationToken cancellation)
    {
        await _view.ChangeAsync(
            table =>
            {
                // Dead by the others' word: fenced by what was read.
                if (table.TryGet(Self) is not { } row || row.Item1.Status >= status) return null;
                var entry = row.Item1.Copy();
                entry.Status = status;
                if (status == SiloStatus.Active) entry.ProxyPort = _local.GatewayAddress.Endpoint.Port;

                // Who declares another one dead signs for it. What was suspected of this one came to nothing.
                if (status == SiloStatus.Dead) entry.SuspectTimes = null;
                return new TableChange(entry, row.Item2);
            },
            cancellation);
        if (_fence.State == FenceState.Fenced && status < SiloStatus.Stopping)
            throw new SiloUnavailableException($"{Self} cannot become {status}: {_fence.Reason}");
        _status = status;
        if (status >= SiloStatus.ShuttingDown) await AnnounceAsync(cancellation);
    }

    private async Task LeaveAsync(CancellationToken cancellation)
    {
        _status = SiloStatus.Dead;
        _signOfLife.Dispose();
        try
        {
            await WriteAsync(SiloStatus.Dead, cancellation);
        }
        finally
        {
            _tick?.Dispose();
            await _ended.CancelAsync();
            _view.End(Self);
        }
    }

    private async Task CatchUpAsync(Task? before)
    {
        // One after the other: a reading that began before the news came may not show it.
        if (before is { IsCompleted: false }) await before;
        else await Task.Yield();
        try
        {
            if (Volatile.Read(ref _heardVersion) > CurrentSnapshot.Version.Value)
                await _view.ReadAsync(_ended.Token).WaitAsync(_options.ProbeTimeout * 2, _time, _ended.Token);
        }
        catch (Exception exception)
        {
            if (!_ended.IsCancellationRequested) ReadFailed(_logger, exception);
        }
    }

    // Within a reading of the table, before anyone else sees what it says.
    private void OnRead(MembershipTableData table)
    {
        if (_status >= SiloStatus.Joining && _status != SiloStatus.Dead && Verdict(table) is { } verdict)
        {
            End(verdict);
            return;
        }

        // What was asked for long ago, before a pause of this process for one, says nothing of now.
        if (_view.Age < _lease.Length && _fence.Release()) Released(_logger, Self);
        var dead = table.Members.Where(static row => row.Item1.Status == SiloStatus.Dead)
            .Select(static row => row.Item1.SiloAddress).ToHashSet();
        var news = dead.Where(silo => !_dead.Contains(silo)).ToArray();
        _dead = dead;
        Volatile.Write(ref _left, LeftOf(table));

        // A silo whose own row does not stand yet is a stranger to the others, and would be refused for good (ORCH0207).
        if (table.Version.Version > _told && table.TryGet(Self) is not null)
        {
            _told = table.Version.Version;
            _ = SpreadAsync(new MembershipVersion(_told), news);
        }
    }

    private static HashSet<SiloAddress> LeftOf(MembershipTableData table) =>
    [
        .. table.Members.Where(static row => row.Item1 is { Status: SiloStatus.Dead, SuspectTimes: not { Count: > 0 } })
            .Select(static row => row.Item1.SiloAddress),
    ];

    // After the snapshot is there for those who ask back, and off the reader's flow.
    private async Task SpreadAsync(MembershipVersion version, SiloAddress[] dead)
    {
        await Task.Yield();
        if (Volatile.Read(ref _killing) is { IsCompleted: false } killing)
        {
            await killing.WaitAsync(_options.ProbeTimeout, _time).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        foreach (var silo in dead)
        {
            _versions.TryRemove(silo, out _);
            _peers.Drop(silo);
        }

        if (!_options.UseLivenessGossip) return;
        foreach (var silo in new SiloCircle(CurrentSnapshot, Self).ToTell()) _peers.Tell(silo, version);
    }

    private string? Verdict(MembershipTableData table)
    {
        var row = table.TryGet(Self)?.Item1;
        if (row is null) return $"ORCH0202: {Self} is no longer in the membership table";
        if (row.Status == SiloStatus.Dead)
        {
            var by = string.Join(", ", row.SuspectTimes?.Select(static vote => vote.Item1.ToString()) ?? []);
            return $"ORCH0202: {Self} was declared dead by {by}";
        }

        return table.Members.FirstOrDefault(other => other.Item1.SiloAddress.IsSuccessorOf(Self)) is { } later
            ? $"ORCH0202: {later.Item1.SiloAddress} was started in place of {Self}" : null;
    }

    private void End(string verdict)
    {
        if (!_fence.Fence(verdict)) return;
        Fenced(_logger, verdict);
        _tick?.Dispose();
        _signOfLife.Dispose();
        _view.End(Self);
        _ended.Cancel();
    }
}
