using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Runtime.Placement;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orchestration.Runtime.Reminders;

/// <summary>
/// Registers reminders in the table, and keeps the schedule of those whose grains this silo owns on the ring. The table is the
/// truth: it is written before the schedule changes, and read anew now and then.
/// </summary>
internal sealed partial class ReminderService : IReminderRegistry, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);
    private readonly IReminderTable _table;
    private readonly ReminderSchedule _schedule;
    private readonly SiloRing _ring;
    private readonly ILocalSiloDetails _local;
    private readonly TimeProvider _time;
    private readonly ReminderOptions _options;
    private readonly ILogger<ReminderService> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private ITimer? _refresh;
    private int _refreshing;
    private Task _following = Task.CompletedTask;

    public ReminderService(
        IReminderTable table, ReminderSchedule schedule, SiloRing ring, ILocalSiloDetails local, TimeProvider time,
        IOptions<ReminderOptions> options, ILogger<ReminderService> logger)
    {
        _table = table;
        _schedule = schedule;
        _ring = ring;
        _local = local;
        _time = time;
        _options = options.Value;
        _logger = logger;
    }

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe<ReminderService>(
            ServiceLifecycleStage.RuntimeStorageServices, cancellation =>
                _table.StartAsync(cancellation), cancellation => _table.StopAsync(cancellation));
        lifecycle.Subscribe<ReminderService>(ServiceLifecycleStage.Active, StartAsync, StopAsync);
    }

    public async Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime,
        TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrEmpty(reminderName);
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, _options.MinimumReminderPeriod);
        var entry = new ReminderEntry
        {
            GrainId = callingGrainId,
            ReminderName = reminderName,
            StartAt = _time.GetUtcNow().UtcDateTime + dueTime,
            Period = period,
        };
        entry.ETag = await _table.UpsertRow(entry)
            ?? throw new ReminderException($"Reminder '{reminderName}' of {callingGrainId} could not be written.");
        if (IsMine(entry)) _schedule.Set(entry);
        return new ReminderHandle(callingGrainId, reminderName, entry.ETag);
    }

    public async Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder)
    {
        if (reminder is not ReminderHandle handle || handle.Grain != callingGrainId)
            throw new ArgumentException($"This is no reminder of {callingGrainId}.", nameof(reminder));
        if (!await _table.RemoveRow(handle.Grain, handle.ReminderName, handle.ETag ?? ""))
        {
            throw new ReminderException(
                $"Reminder '{handle.ReminderName}' of {callingGrainId} has been replaced or removed since.");
        }

        _schedule.Remove(handle.Grain, handle.ReminderName);
    }

    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName)
    {
        ArgumentException.ThrowIfNullOrEmpty(reminderName);
        return await _table.ReadRow(callingGrainId, reminderName) is { } entry ? HandleOf(entry) : null;
    }

    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId) =>
        [.. (await _table.ReadRows(callingGrainId)).Reminders.Select(HandleOf)];

    public void Dispose()
    {
        _refresh?.Dispose();
        _stopping.Dispose();
    }

    private static IGrainReminder HandleOf(ReminderEntry entry) =>
        new ReminderHandle(entry.GrainId, entry.ReminderName, entry.ETag);

    private bool IsMine(ReminderEntry entry) => _local.SiloAddress.Equals(_ring.OwnerOf(entry.GrainId));

    private async Task StartAsync(CancellationToken cancellation)
    {
        _schedule.Start();
        var deadline = _time.GetUtcNow() + _options.InitializationTimeout;
        for (var pause = FirstRetry; ; pause = pause * 2 < LongestRetry ? pause * 2 : LongestRetry)
        {
            try
            {
                await LoadAsync();
                break;
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested && _time.GetUtcNow() < deadline)
            {
                LoadFailed(_logger, exception);
                await Task.Delay(pause, _time, cancellation);
            }
        }

        _refresh = _time.CreateTimer(
            static self => _ = ((ReminderService)self!).RefreshAsync(), this,
            _options.RefreshReminderListPeriod, _options.RefreshReminderListPeriod);
        _following = FollowRingAsync();
    }

    // Another silo's reminders become this one's when it is gone, and some of this one's those of a silo that comes.
    private async Task FollowRingAsync()
    {
        SiloAddress[]? before = null;
        try
        {
            await foreach (var _ in _ring.Updates.WithCancellation(_stopping.Token))
            {
                var silos = _ring.Silos;
                if (before is not null && !before.SequenceEqual(silos)) await FollowChangeAsync();
                before = silos;
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    // Those that are others' now leave at once; those that are new here are read until that succeeds.
    private async Task FollowChangeAsync()
    {
        _schedule.RemoveWhere(grain => !_local.SiloAddress.Equals(_ring.OwnerOf(grain)));
        for (var pause = FirstRetry; ; pause = pause * 2 < LongestRetry ? pause * 2 : LongestRetry)
        {
            try
            {
                await LoadAsync();
                return;
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                LoadFailed(_logger, exception);
                await Task.Delay(pause, _time, _stopping.Token);
            }
        }
    }

    private async Task StopAsync(CancellationToken cancellation)
    {
        await _stopping.CancelAsync();
        _refresh?.Dispose();
        _schedule.Stop();
        await _following;
    }

    private async Task RefreshAsync()
    {
        if (Interlocked.Exchange(ref _refreshing, 1) != 0) return;
        try
        {
            await LoadAsync();
        }
        catch (Exception exception)
        {
            if (!_stopping.IsCancellationRequested) LoadFailed(_logger, exception);
        }
        finally
        {
            Volatile.Write(ref _refreshing, 0);
        }
    }

    // What is registered or removed while the table is read must not be undone by what was read.
    private async Task LoadAsync()
    {
        _schedule.BeginReplace();
        var rows = await _table.ReadRows(0, 0);
        _schedule.Replace(rows.Reminders.Where(IsMine));
    }
}
