using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

/// <summary>
/// Watches over the turns of the silo's runs, from beside them. One that holds its thread for long is reported, and a further
/// thread is allowed for, so that others do not wait for it. One that goes on beyond the limit is marked as stalled in the store,
/// from outside: a silo that starts anew then knows not to run that code again. Thread-safe.
/// </summary>
internal sealed class TurnMonitor : IDisposable
{
    private static readonly TimeSpan LongTurn = TimeSpan.FromSeconds(2);

    private readonly ThreadLocal<WatchedTurn> _mine = new(static () => new WatchedTurn(), trackAllValues: true);
    private readonly IHistoryStore _store;
    private readonly RunSettings _settings;

    // How long a thread is held is a matter of real time, also where the engine's own time is virtual; and virtual time is not to
    // stop every second for this watch.
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly EngineThreads _threads;
    private readonly ILogger<TurnMonitor> _log;
    private readonly TimeSpan _limit;
    private readonly ITimer _timer;

    public TurnMonitor(
        IHistoryStore store, RunSettings settings, IOptions<OrchestrationOptions> options,
        ILogger<TurnMonitor> log, EngineThreads? threads = null)
    {
        _store = store;
        _settings = settings;
        _log = log;
        _threads = threads ?? EngineThreads.Pool;
        _limit = options.Value.TurnLimit;
        var beat = _limit / 4 < TimeSpan.FromSeconds(1) ? _limit / 4 : TimeSpan.FromSeconds(1);
        _timer = _clock.CreateTimer(static state => ((TurnMonitor)state!).Look(), this, beat, beat);
    }

    /// <summary>The calling thread begins to run a run's code; ended by <see cref="Exit"/>.</summary>
    public WatchedTurn Enter(OpenRun open)
    {
        var mine = _mine.Value!;
        mine.Began = _clock.GetTimestamp();
        mine.Open = open;
        return mine;
    }

    /// <summary>The code has come to rest.</summary>
    public void Exit(WatchedTurn turn, OpenRun open)
    {
        turn.Open = null;
        if (!turn.Reported) return;
        turn.Reported = turn.Marked = false;
        if (turn.Written is { } written) open.Summary = written; // it came to rest after all: the next write says so
        turn.Written = null;
        _threads.Allow(-1);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _mine.Dispose();
    }

    private void Look()
    {
        foreach (var turn in _mine.Values)
        {
            if (turn.Open is not { } open) continue;
            var held = _clock.GetElapsedTime(turn.Began);
            if (!ReferenceEquals(turn.Open, open)) continue;
            if (held >= Shorter(LongTurn, _limit) && !turn.Reported)
            {
                turn.Reported = true;
                _threads.Allow(1);
                _log.TurnHoldsThread(open.Key.Key.ToString(), open.WorkflowType, _clock.GetUtcNow() - held, open.Run.LastCommand);
            }

            if (held >= _limit && !turn.Marked && open.Handle != 0)
            {
                turn.Marked = true;
                _ = MarkAsync(turn, open, held);
            }
        }
    }

    private async Task MarkAsync(WatchedTurn turn, OpenRun open, TimeSpan held)
    {
        var stall = new Stall(
            FaultCodes.TurnTooLong,
            $"Code of workflow '{open.WorkflowType}' has held its turn for {held.TotalSeconds:0} s, an endless loop most likely; "
            + $"its last command was {open.Run.LastCommand}. This build of the code is not run again: deploy mended code, or "
            + "terminate the run.",
            EventNumber: open.Sequence, Build: _settings.Workflows.BuildOf(open.WorkflowType));
        var summary = new RunSummary(
            WorkflowStatus.Stalled, RunState.Stalled, null, null, JsonSerializer.Serialize(stall, StallJson.Default.Stall));
        try
        {
            if (!await _store.UpdateSummaryAsync(open.Key, open.Handle, open.Sequence, summary)) return;
            turn.Written = summary;
            _log.TurnMarked(open.Key.Key.ToString(), open.WorkflowType, open.Key.RunId.ToString(), held);
        }
        catch (StoreUnavailable e)
        {
            turn.Marked = false; // tried again at the next look
            _log.TurnNotMarked(e, open.Key.Key.ToString());
        }
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
