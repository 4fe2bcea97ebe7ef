using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>
/// The table as this silo last read it, and how it writes to it: each write is conditional on the version it was decided on, and
/// decided anew where another silo was faster. A table that does not answer within the limit counts as out of reach. Thread-safe;
/// one reading or writing at a time.
/// </summary>
internal sealed class MembershipTableView(IMembershipTable table, TimeProvider time, TimeSpan limit) : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Latest<ClusterMembershipSnapshot> _latest =
        new(new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, new MembershipVersion(0)));

    private volatile bool _over;
    private long _lastRead = time.GetTimestamp();
    private long _pausesSince;
    private TimeSpan _pause; // after its timer is set

    public StampWatch Stamps { get; } = new(time);

    public ClusterMembershipSnapshot Snapshot => _latest.Value;

    public IAsyncEnumerable<ClusterMembershipSnapshot> Updates => _latest.UpdatesAsync();

    /// <summary>How long ago the table was last read, from before it was asked.</summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _lastRead));

    /// <summary>Whether a write stands back because another silo was faster, for tests: it goes on as time does.</summary>
    public bool IsPausing => _pause > TimeSpan.Zero && time.GetElapsedTime(Volatile.Read(ref _pausesSince)) < _pause;

    /// <summary>Called with each newer membership, one at a time, before others see it.</summary>
    public Action<MembershipTableData>? Read { get; set; }

    public void Dispose() => _turn.Dispose();

    public async Task ReadAsync(CancellationToken cancellation = default)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await ReadNowAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads the table, unless that has been begun after that instant.</summary>
    public async Task ReadSinceAsync(long timestamp, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (Volatile.Read(ref _lastRead) <= timestamp) await ReadNowAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Decides on the table as it is what to write, and writes it; null for nothing. Repeated, on what is then there, as long as
    /// others write in between. False where nothing was written.
    /// </summary>
    public async Task<bool> ChangeAsync(Func<MembershipTableData, TableChange?> decide, CancellationToken cancellation = default)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var read = await ReadNowAsync();
                if (decide(read) is not { } change) return false;
                var next = read.Version.Next();
                var writing = change.Etag is null
                    ? table.InsertRow(change.Entry, next) : table.UpdateRow(change.Entry, change.Etag, next);
                if (await writing.WaitAsync(limit, time, cancellation))
                {
                    await ReadNowAsync();
                    return true;
                }

                await PauseAsync(s_pause * Math.Min(attempt, 10), cancellation);
            }
        }
        finally
        {
            _pause = TimeSpan.Zero;
            _turn.Release();
        }
    }

    /// <summary>The silo has ended: tells all who follow the membership.</summary>
    public void End(SiloAddress local)
    {
        if (_over) return;
        _over = true;
        var last = Snapshot;
        var members = last.Members.TryGetValue(local, out var self)
            ? last.Members.SetItem(local, new ClusterMember(local, SiloStatus.Dead, self.Name)) : last.Members;
        _latest.Set(new(members, last.Version), last: true);
    }

    private Task PauseAsync(TimeSpan pause, CancellationToken cancellation)
    {
        Volatile.Write(ref _pausesSince, time.GetTimestamp());
        var delay = Task.Delay(pause, time, cancellation);
        _pause = pause;
        return delay;
    }

    private async Task<MembershipTableData> ReadNowAsync()
    {
        var asked = time.GetTimestamp();
        var read = await table.ReadAll().WaitAsync(limit, time);
        Volatile.Write(ref _lastRead, asked);
        Stamps.Observe(read);
        Read?.Invoke(read);
        if (read.Version.Version > Snapshot.Version.Value && !_over)
        {
            var members = read.Members.Select(static row => row.Item1)
                .ToImmutableDictionary(
                    static row => row.SiloAddress,
                    static row => new ClusterMember(row.SiloAddress, row.Status, row.SiloName));
            _latest.Set(new(members, new MembershipVersion(read.Version.Version)), last: false);
        }

        return read;
    }
}

/// <summary>A row to write: over the one with this tag, or as a new one.</summary>
internal sealed record TableChange(MembershipEntry Entry, string? Etag);
