using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Queries run the application's code, which may never end: so they run on threads of their own, while no turn is taken, and no
// longer than a query may take. The activation is free meanwhile, and where one does not end, the run is rebuilt without it.
internal sealed partial class WorkflowInstance
{
    private readonly Dictionary<RunId, ClosedQuestions> _closedQuestions = [];
    private Queue<CodeQuestion>? _codeQuestions;

    /// <summary>Asks the code of the run in memory, between turns.</summary>
    /// <returns>Null where a turn takes too long to be written, or the activation steps down.</returns>
    private async Task<QueryAnswer?> AskCodeAsync(string query, Func<WorkflowRun, QueryAnswer> question)
    {
        if (_open is null || _tenure.IsLeaving) return null;
        var asked = new CodeQuestion(query, question);
        (_codeQuestions ??= new Queue<CodeQuestion>()).Enqueue(asked);
        BeginTurns();
        try
        {
            await asked.Begun.WaitAsync(QueryPatience, _services.Messages.Clock);
        }
        catch (TimeoutException)
        {
            asked.Answer(null);
        }

        return await asked.Answered;
    }

    /// <summary>In the turn loop, between a commit and the next turn: those that wait now.</summary>
    private async Task AnswerCodeQuestionsAsync(OpenRun open)
    {
        // A query stands in no history; what it does to its silo is counted all the same where it may have done so before.
        var isCounted = open.IsSuspect && !open.IsCounted && _services.Suspects.IsEarly;
        using var alone = isCounted ? await EnterAloneAsync(open.Wakes) : null;
        if (isCounted)
        {
            if (!await _services.Writer.CountWakeAsync(open, _tenure.Stop))
            {
                StepDown(); // it is gone
                return;
            }

            open.NoteCounted();
        }

        await AnswerWaitingAsync(open);
        if (isCounted && _open == open) await TakeBackCountAsync(open);
    }

    /// <summary>
    /// Asks the code of a run that has ended; counted as that of an open one is, and once while several ask: a death in their
    /// midst is one.
    /// </summary>
    private async Task<QueryAnswer?> AskClosedCodeAsync(RunRecord record, string query, Func<WorkflowRun, QueryAnswer> question)
    {
        if (!_services.Suspects.IsEarly)
            return await _services.ClosedRuns.QueryAsync(record, query, question, _services.Queries);
        var run = record.Key.RunId;
        ClosedQuestions? asked;
        for (var isNew = false; ; isNew = true)
        {
            while (_closedQuestions.TryGetValue(run, out asked) && asked.Ending is { } ending) await ending;
            if (asked is not null || record.Wakes < _services.Options.MaximumWakes) break;
            if (isNew) return new QueryAnswer(null, QueryProblem.NoCode, Poison(record.Wakes).Message);

            // It may have been read while another question was counted, which is over since.
            if (await _services.Reader.FindAsync(_key, run) is not { } now) return null;
            record = now;
        }

        if (asked is null)
        {
            _closedQuestions.Add(run, asked = new ClosedQuestions());
            asked.Counted = CountClosedAsync(asked, record);
        }

        asked.UnderWay++;
        try
        {
            return await asked.Counted
                ? await _services.ClosedRuns.QueryAsync(record, query, question, _services.Queries) : null; // null: it is gone
        }
        finally
        {
            if (--asked.UnderWay == 0) await (asked.Ending = EndClosedAsync(asked, record.Key));
        }
    }

    private async Task<bool> CountClosedAsync(ClosedQuestions asked, RunRecord record)
    {
        asked.Alone = await EnterAloneAsync(record.Wakes);
        return asked.IsCounted = await _services.Writer.CountWakeAsync(record, _tenure.Stop);
    }

    private async Task EndClosedAsync(ClosedQuestions asked, StoreKey key)
    {
        try
        {
            if (asked.IsCounted && await _services.Reader.FindAsync(key.Key, key.RunId) is { } record)
            {
                var events = await _services.Reader.MeasureTailAsync(key, record.Handle);
                await _services.Writer.ClearWakesAsync(record, events, _tenure.Stop);
            }
        }
        finally
        {
            asked.Alone?.Dispose();
            _closedQuestions.Remove(key.RunId);
        }
    }

    /// <summary>The silo has survived the run's code, whatever else is to be said of it.</summary>
    private async Task TakeBackCountAsync(OpenRun open)
    {
        if (open.IsCounted) await _services.Writer.WriteSummaryAsync(open, open.Summary!, _tenure.Stop);
    }

    private async Task AnswerWaitingAsync(OpenRun open)
    {
        for (var waiting = _codeQuestions!.Count; waiting > 0 && _codeQuestions.TryDequeue(out var asked); waiting--)
        {
            if (!asked.Begin()) continue; // its caller waits no more
            var (answer, isWorthless) = await _services.Queries.AskAsync(open, asked.Query, asked.Question);
            asked.Answer(answer);
            if (!isWorthless && !open.Run.IsTainted) continue;
            await TakeBackCountAsync(open);
            await RebuildAsync();
            return; // the others ask the rebuilt run
        }
    }

    /// <summary>After the turn loop: there is no run to ask.</summary>
    private void DropCodeQuestions()
    {
        while (_codeQuestions is not null && _codeQuestions.TryDequeue(out var asked)) asked.Answer(null);
    }

    private sealed class CodeQuestion(string query, Func<WorkflowRun, QueryAnswer> question)
    {
        private readonly TaskCompletionSource _begun = new();
        private readonly TaskCompletionSource<QueryAnswer?> _answered = new();

        public string Query => query;

        public Func<WorkflowRun, QueryAnswer> Question => question;

        public Task Begun => _begun.Task;

        public Task<QueryAnswer?> Answered => _answered.Task;

        public bool Begin() => !_answered.Task.IsCompleted && _begun.TrySetResult();

        public void Answer(QueryAnswer? answer)
        {
            _begun.TrySetResult();
            _answered.TrySetResult(answer);
        }
    }

    /// <summary>The questions to the code of one ended run that are under way.</summary>
    private sealed class ClosedQuestions
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
