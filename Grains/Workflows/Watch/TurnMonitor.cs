using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Watch;

/// <summary>
/// Watches over the code of the silo's runs, from beside it: turns, replays, queries. What holds its thread for long is reported,
/// and a further thread is allowed for, so that others do not wait for it. A turn or replay that goes on beyond the limit is
/// marked as stalled in the store, from outside: a silo that starts anew then knows not to run that code again. Not so a query or
/// a validator, which stands in no history: the run goes on without it. Thread-safe.
/// </summary>
internal sealed class TurnMonitor : IDisposable
{
    private static readonly TimeSpan LongTurn = TimeSpan.FromSeconds(2);

    private readonly ThreadLocal<WatchedTurn> _mine = new(static () => new WatchedTurn(), trackAllValues: true);
    private readonly IHistoryStore _store;
    private readonly RunSettings _settings;
    private readonly LiveRuns _live;

    private readonly TimeProvider _clock;
    private readonly EngineThreads _threads;
    private readonly ILogger<TurnMonitor> _log;
    private readonly TimeSpan _limit;
    private readonly ITimer _timer;

    public TurnMonitor(
        IHistoryStore store, RunSettings settings, IOptions<OrchestrationOptions> options, LiveRuns live,
        ILogger<TurnMonitor> log, EngineThreads? threads = null, WatchClock? clock = null)
    {
        _clock = (clock ?? WatchClock.Real).Time;
        _live = live;
        _store = store;
        _settings = settings;
        _log = log;
        _threads = threads ?? EngineThreads.Pool;
        _limit = options.Value.TurnLimit;
        var beat = _limit / 4 < TimeSpan.FromSeconds(1) ? _limit / 4 : TimeSpan.FromSeconds(1);
        _timer = _clock.CreateTimer(static state => ((TurnMonitor)state!).Look(), this, beat, beat);
    }

    /// <summary>The time by which it judges.</summary>
    public TimeProvider Clock => _clock;

    /// <summary>The calling thread begins to run a run's code; ended by <see cref="Exit"/>.</summary>
    public WatchedTurn Enter(IWatchedCode code)
    {
        var mine = _mine.Value!;
        mine.Began = _clock.GetTimestamp();
        mine.Code = code;
        return mine;
    }

    /// <summary>The code has come to rest.</summary>
    /// <returns>The summary that the store was given meanwhile, to be taken back with the next write; null where none.</returns>
    public RunSummary? Exit(WatchedTurn turn)
    {
        var code = turn.Code!;
        turn.Code = null;
        var took = _clock.GetElapsedTime(turn.Began);
        if (took > LongTurn) _log.TurnTooLong(code.What, code.Key.Key.ToString(), code.WorkflowType, took);
        if (!turn.Reported) return null;
        turn.Reported = turn.Marked = false;
        var written = turn.Written;
        turn.Written = null;
        _threads.Freed();
        return written;
    }

    /// <summary>Nobody waits for that code any more.</summary>
    public void GiveUp(WatchedTurn turn) => _threads.GivenUp(turn.Thread);

    public void Dispose()
    {
        _timer.Dispose();
        _mine.Dispose();
    }

    private void Look()
    {
        foreach (var turn in _mine.Values)
        {
            if (turn.Code is not { } code) continue;
            var held = _clock.GetElapsedTime(turn.Began);
            if (!ReferenceEquals(turn.Code, code)) continue;
            if (held >= Shorter(LongTurn, _limit) && !turn.Reported)
            {
                turn.Reported = true;
                _threads.Held(turn.Thread);
                _log.TurnHoldsThread(
                    code.What, code.Key.Key.ToString(), code.WorkflowType, _clock.GetUtcNow() - held, code.LastCommand);
            }

            code.NoteHeld(held);
            if (held < _limit || turn.Marked) continue;
            if (code.MarkHandle != 0)
            {
                turn.Marked = true;
                _ = MarkAsync(turn, code, held);
            }
            else if (code.IsFirstTurn)
            {
                turn.Marked = true;
                _threads.FirstTurnHeld(turn.Thread, code.Key.Key, held);
            }
        }
    }

    private async Task MarkAsync(WatchedTurn turn, IWatchedCode code, TimeSpan held)
    {
        var stall = new Stall(
            FaultCodes.TurnTooLong,
            $"Code of workflow '{code.WorkflowType}' ({code.What}) has held its turn for {held.TotalSeconds:0} s, an endless "
            + $"loop most likely; its last command was {code.LastCommand}. This build of the code is not run again: deploy "
            + "mended code, or terminate the run.",
            EventNumber: code.Sequence, Build: _settings.Workflows.BuildOf(code.WorkflowType));
        var summary = new RunSummary(
            WorkflowStatus.Stalled, RunState.Stalled, null, null, JsonSerializer.Serialize(stall, StallJson.Default.Stall));
        try
        {
            if (!await _store.UpdateSummaryAsync(code.Key, code.MarkHandle, code.Sequence, summary)) return;
            turn.Written = summary;
            _live.Remove(code.Key.Key.ToGrainKey()); // its activation keeps no time any more, whatever becomes of it
            code.NoteMarked();
            GiveUp(turn);
            _log.TurnMarked(code.Key.Key.ToString(), code.WorkflowType, code.Key.RunId.ToString(), held);
        }
        catch (StoreUnavailable e)
        {
            turn.Marked = false; // tried again at the next look
            _log.TurnNotMarked(e, code.Key.Key.ToString());
        }
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
