using Orchestration.Testing.Hosting;

namespace Orchestration.Testing;

/// <content>The life and death of its silo.</content>
public sealed partial class WorkflowTestEnvironment
{
    private readonly List<Exception> _errors = [];
    private int _appends;
    private int _crashAfter;
    private Action? _crashed;

    /// <summary>
    /// Kills the silo as a power cut would, and starts another one over the same store. What was durable is there; what was not
    /// never was. Calls of <see cref="Client"/> that are under way are repeated by it.
    /// </summary>
    /// <param name="downtime">How long no silo is up, in virtual time.</param>
    public async Task CrashAsync(TimeSpan downtime = default)
    {
        Kill();
        if (downtime > TimeSpan.Zero) await _clock.AdvanceAsync(downtime, pastActivities: true);
        await StartSiloAsync();
    }

    /// <summary>
    /// Stops the silo in good order, as a deployment would, and starts another one over the same store. Running activities are
    /// told to end, and are begun again.
    /// </summary>
    /// <inheritdoc cref="CrashAsync"/>
    public async Task RestartAsync(TimeSpan downtime = default)
    {
        await StopAsync();
        if (downtime > TimeSpan.Zero) await _clock.AdvanceAsync(downtime, pastActivities: true);
        await StartSiloAsync();
    }

    /// <summary>
    /// Deploys other code: stops the silo in good order and starts one that hosts what is said here, and nothing else, over the
    /// same store.
    /// </summary>
    internal async Task DeployAsync(Action<WorkflowTestOptions> configure)
    {
        var options = new WorkflowTestOptions
        {
            ActivitiesInTurn = Options.ActivitiesInTurn, LoggerFactory = Options.LoggerFactory,
        };
        configure(options);
        await StopAsync();
        _parts.Options = options;
        _parts.Engine = SiloProcess.EngineOptions(options);
        _parts.Shared = new SharedParts(_parts.Engine);
        _parts.Shared.Set(Activities);
        await StartSiloAsync();
    }

    private async Task StopAsync()
    {
        if (_silo is { } silo)
        {
            // The clock stands, but for an activity that does not end: then its grace runs out on the wall's clock.
            _ledger.Hold();
            _ledger.BeginWait();
            _ledger.Changed();
            try
            {
                await silo.StopAsync();
            }
            finally
            {
                _ledger.EndWait();
                _ledger.Release();
                _ledger.Changed();
            }
        }

        Kill();
    }

    /// <summary>Opens the store anew for the silo after one that died; null where the same one goes on.</summary>
    internal Func<Orchestration.Grains.Storage.IHistoryStore>? StoreAfterDeath { get; set; }

    /// <summary>How many appends have become durable so far.</summary>
    internal int Appends => Volatile.Read(ref _appends);

    /// <summary>What escaped from the environment's own work.</summary>
    internal IReadOnlyList<Exception> Errors
    {
        get { lock (_errors) return [.. _errors]; }
    }

    /// <summary>Lets the silo die right after that append, before it hears of it, and starts another one.</summary>
    internal void CrashAfterAppend(int number, Action crashed)
    {
        _crashed = crashed;
        Volatile.Write(ref _crashAfter, number);
    }

    /// <summary>
    /// What to call when a caller waits for what will never come of itself: no timer is set and nothing goes on.
    /// </summary>
    internal Action? OnStuck
    {
        get => _clock.Stuck;
        set => _clock.Stuck = value;
    }

    /// <summary>What goes on, for messages.</summary>
    internal string State => $"{_ledger}; the clock shows {UtcNow:O}, the next timer is due {NextDue?.ToString("O") ?? "never"}";

    private async Task StartSiloAsync() => await SiloProcess.StartAsync(_parts, silo => _silo = silo);

    private void Kill()
    {
        var silo = _silo;
        _silo = null;
        silo?.Kill();
        _calls.Detach();
        if (silo is not null && StoreAfterDeath is { } open) _parts.Store = open();
    }

    private void OnAppended(SiloProcess silo)
    {
        if (Interlocked.Increment(ref _appends) != Volatile.Read(ref _crashAfter) || silo != _silo) return;
        Kill();
        _crashed?.Invoke();
        _ = _lane.RunAsync(StartSiloAsync);
    }

    private void NoteError(Exception error)
    {
        lock (_errors) _errors.Add(error);
    }
}
