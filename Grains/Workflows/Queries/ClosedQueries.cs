using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Idle;
using Orchestration.Grains.Workflows.Watch;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Queries;

/// <summary>
/// Questions to the code of an instance's ended runs. Just after a silo's start each counts as that of an open run does, since it
/// may be the repeat of the one that brought the silo down; once while several ask, so that a death in their midst is one.
/// Belongs to the activation's scheduler.
/// </summary>
internal sealed class ClosedQueries(WorkflowServices services, Tenure tenure)
{
    private readonly Dictionary<RunId, Questions> _asked = [];

    /// <summary>Asks the code of a run that has ended.</summary>
    /// <returns>What it came to; null where the run is gone.</returns>
    public async Task<QueryAnswer?> AskAsync(RunRecord record, string query, Func<WorkflowRun, QueryAnswer> question)
    {
        if (!services.Suspects.IsEarly)
            return await services.ClosedRuns.QueryAsync(record, query, question, services.Queries);
        var run = record.Key.RunId;
        Questions? asked;
        for (var isNew = false; ; isNew = true)
        {
            while (_asked.TryGetValue(run, out asked) && asked.Ending is { } ending) await ending;
            if (asked is not null || record.Wakes < services.Options.MaximumWakes) break;
            if (isNew) return new QueryAnswer(null, QueryProblem.NoCode, SuspectRuns.Poison(record.Wakes).Message);

            // It may have been read while another question was counted, which is over since.
            if (await services.Reader.FindAsync(record.Key.Key, run) is not { } now) return null;
            record = now;
        }

        if (asked is null)
        {
            _asked.Add(run, asked = new Questions());
            asked.Counted = CountAsync(asked, record);
        }

        asked.UnderWay++;
        try
        {
            return await asked.Counted
                ? await services.ClosedRuns.QueryAsync(record, query, question, services.Queries) : null; // null: it is gone
        }
        finally
        {
            if (--asked.UnderWay == 0) await (asked.Ending = EndAsync(asked, record.Key));
        }
    }

    private async Task<bool> CountAsync(Questions asked, RunRecord record)
    {
        asked.Alone = await services.SuspectRuns.EnterAloneAsync(record.Wakes, tenure);
        return asked.IsCounted = await services.Writer.CountWakeAsync(record, tenure.Stop);
    }

    private async Task EndAsync(Questions asked, StoreKey key)
    {
        try
        {
            if (asked.IsCounted && await services.Reader.FindAsync(key.Key, key.RunId) is { } record)
            {
                var events = await services.Reader.MeasureTailAsync(key, record.Handle);
                await services.Writer.ClearWakesAsync(record, events, tenure.Stop);
            }
        }
        finally
        {
            asked.Alone?.Dispose();
            _asked.Remove(key.RunId);
        }
    }

    /// <summary>The questions to the code of one run that are under way.</summary>
    private sealed class Questions
    {
        public int UnderWay { get; set; }

        /// <summary>Ends when the store counts the code as running.</summary>
        public Task<bool> Counted { get; set; } = Task.FromResult(false);

        public bool IsCounted { get; set; }

        /// <summary>What keeps other suspects waiting; null where it goes beside them.</summary>
        public IDisposable? Alone { get; set; }

        /// <summary>Ends when the count is taken back; null while there are questions.</summary>
        public Task? Ending { get; set; }
    }
}
