using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Watch;
using Orchestration.Workflows;

namespace Orchestration.Grains.Messages;

/// <summary>
/// Closed runs that were asked something, replayed from their histories and kept by recent use, up to a number. Thread-safe; what
/// it gives is to be used under its lock, since a run is not.
/// </summary>
internal sealed class ClosedRuns(RunReader reader, int capacity = ClosedRuns.Capacity)
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<RunId, LinkedListNode<Kept>> _runs = [];
    private readonly LinkedList<Kept> _byUse = new();

    /// <summary>Asks a closed run.</summary>
    /// <returns>What the question came to; null where the run is gone.</returns>
    /// <exception cref="EngineFault">The history is corrupt.</exception>
    public async Task<T?> AskAsync<T>(RunRecord record, Func<WorkflowRun, T> question) where T : class
    {
        var run = Find(record.Key.RunId);
        if (run is null)
        {
            if (await reader.LoadAsync(record) is not { } loaded) return null;
            run = loaded.Run;
            Keep(record.Key.RunId, run);
        }

        lock (run)
        {
            var answer = question(run);
            if (run.IsTainted) Drop(record.Key.RunId);
            return answer;
        }
    }

    /// <summary>Asks a closed run's code, in no more time than the guard allows.</summary>
    /// <returns>What it came to; null where the run is gone.</returns>
    /// <exception cref="EngineFault">The history is corrupt.</exception>
    public async Task<QueryAnswer?> QueryAsync(
        RunRecord record, string query, Func<WorkflowRun, QueryAnswer> question, QueryGuard guard)
    {
        var loaded = await AskAsync(record, static run => run);
        if (loaded is null) return null;
        var closed = new OpenRun(loaded, record.Key, record.WorkflowType, record.StartedAt) { Handle = record.Handle };
        var answer = await guard.AskAsync(closed, query, run =>
        {
            // Another query of it that never ends holds it; then this one is given up too.
            if (!Monitor.TryEnter(run, guard.Patience)) return null;
            try
            {
                return question(run);
            }
            finally
            {
                Monitor.Exit(run);
            }
        });
        if (answer.IsWorthless || loaded.IsTainted) Drop(record.Key.RunId);
        return answer.Answer;
    }

    private WorkflowRun? Find(RunId id)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue(id, out var node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Run;
        }
    }

    private void Keep(RunId id, WorkflowRun run)
    {
        lock (_gate)
        {
            if (_runs.ContainsKey(id)) return;
            _runs.Add(id, _byUse.AddFirst(new Kept(id, run)));
            if (_runs.Count <= capacity) return;
            _runs.Remove(_byUse.Last!.Value.Id);
            _byUse.RemoveLast();
        }
    }

    private void Drop(RunId id)
    {
        lock (_gate)
        {
            if (_runs.Remove(id, out var node)) _byUse.Remove(node);
        }
    }

    private sealed record Kept(RunId Id, WorkflowRun Run);
}
