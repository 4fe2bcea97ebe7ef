using System.Globalization;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Interfaces.Recovery;
using Orchestration.Grains.Placement;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orchestration.Grains.Recovery;

/// <summary>
/// The grain of a <see cref="Shard"/>: its scheduler, its timer, and the reminder that brings it back should its silo die with
/// nobody left to ensure it. Never ended for being idle.
/// </summary>
[Reentrant, ShardPlacement, CollectionAgeLimit(AlwaysActive = true)]
internal sealed partial class ShardGrain(
    ShardServices services, LiveShards shards, ReminderGate gate, ILocalSiloDetails silo, ILogger<ShardGrain> logger)
    : Grain, IShardGrain, IRemindable, IDisposable
{
    private const string ReminderName = "recovery";

    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _leaving = new();
    private Action<Action<ShardGrain>>? _run;
    private Shard? _shard;
    private IGrainTimer? _timer;
    private int _number;
    private bool _started;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        var count = services.Store.ShardCount;
        if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number >= count)
            throw new ArgumentException($"'{key}' is no shard: 0 to {count - 1} are.");
        _number = number;
        var never = Timeout.InfiniteTimeSpan;
        _timer = this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(TimeSpan.Zero, never)
        {
            Interleave = true,
            KeepAlive = true
        });
        _shard = new Shard(number, services, wait => _timer.Change(wait, never));
        var scheduler = TaskScheduler.Current; // the activation's own
        _run = news => _ = Task.Factory.StartNew(
            () => news(this), CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
        shards.Add(number, _run);
        LogHere(logger, number);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _leaving.CancelAsync();
        _shard?.Stop();
        _timer?.Dispose();
        if (_run is null) return;
        LogGoes(logger, _number, reason.ReasonCode, reason.Description);
        shards.Remove(_number, _run, GrainContext.Deactivated);
    }

    /// <inheritdoc/>
    public void Dispose() => _leaving.Dispose();

    /// <inheritdoc/>
    public Task EnsureAsync(bool siloLost)
    {
        if (siloLost) _shard!.SiloLost();

        // The first tick looks anyway.
        else if (_started) _shard!.LookAgain();
        return Task.CompletedTask;
    }

    /// <summary>A silo was lost. On the shard's scheduler, as what follows.</summary>
    public void SiloLost() => _shard!.SiloLost();

    /// <summary>A silo has come, or has said what it hosts.</summary>
    public void CodeCame(string silo) => _shard!.CodeCame(silo);

    /// <summary>The shard belongs to another silo now: it goes, and the next call finds it there.</summary>
    public void Leave() => DeactivateOnIdle();

    /// <inheritdoc/>
    public Task NoteAsync(DueNote[] notes)
    {
        ArgumentNullException.ThrowIfNull(notes);
        _shard!.Note(notes);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ShardDescription> DescribeAsync() => Task.FromResult(_shard!.Describe(SiloKey.Of(silo.SiloAddress)));

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _shard!.Remind();
        return Task.CompletedTask;
    }

    private Task TickAsync(CancellationToken cancellationToken)
    {
        if (_started)
        {
            _shard!.Tick();
            return Task.CompletedTask;
        }

        // The first tick comes at once, but after the activation, which is not to wait for a store.
        _started = true;
        _shard!.Start();
        _ = EnsureReminderAsync();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Until it is there or the shard goes: where the shard lives next, it is looked after there. A table that is away does not
    /// hold up recovery, which works without it while this silo lives.
    /// </summary>
    private async Task EnsureReminderAsync()
    {
        var leaving = _leaving.Token;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await gate.EnterAsync(leaving);
                try
                {
                    if (await this.GetReminder(ReminderName) is null)
                        await this.RegisterOrUpdateReminder(ReminderName, ReminderPeriod, ReminderPeriod);
                    return;
                }
                finally
                {
                    gate.Leave();
                }
            }
            catch (Exception e) when (leaving.IsCancellationRequested || e is ObjectDisposedException)
            {
                return; // the shard goes, or its silo has ended without letting its grains go
            }
            catch (Exception e)
            {
                // Once: what is wrong with the table is wrong for every shard, and goes on for as long as it does.
                if (pause == FirstPause) LogNoReminder(logger, e, this.GetPrimaryKeyString());
            }

            try
            {
                await Task.Delay(pause, services.Time, leaving);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
