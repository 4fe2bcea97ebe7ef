using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Workflows;

// Queries run the application's code, which may never end: so they run on threads of their own, while no turn is taken, and no
// longer than a query may take. The activation is free meanwhile, and where one does not end, the run is rebuilt without it.
internal sealed partial class WorkflowInstance
{
    private Queue<CodeQuestion>? _codeQuestions;

    /// <summary>Asks the code of the run in memory, between turns.</summary>
    /// <returns>Null where a turn takes too long to be written, or the activation steps down.</returns>
    private async Task<QueryAnswer?> AskCodeAsync(string query, Func<WorkflowRun, QueryAnswer> question)
    {
        if (_open is null || _leaving) return null;
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
            if (!await _services.Writer.CountWakeAsync(open.Key, open.Handle, _giveUp.Token))
            {
                StepDown(); // it is gone
                return;
            }

            open.NoteCounted();
        }

        await AnswerWaitingAsync(open);
        if (isCounted && _open == open) await TakeBackCountAsync(open);
    }

    /// <summary>Asks the code of a run that has ended; counted as that of an open one is.</summary>
    private async Task<QueryAnswer?> AskClosedCodeAsync(RunRecord record, string query, Func<WorkflowRun, QueryAnswer> question)
    {
        if (!_services.Suspects.IsEarly)
            return await _services.ClosedRuns.QueryAsync(record, query, question, _services.Queries);
        if (record.Wakes >= _services.Options.MaximumWakes)
            return new QueryAnswer(null, QueryProblem.NoCode, Poison(record.Wakes).Message);
        using var alone = await EnterAloneAsync(record.Wakes);
        if (!await _services.Writer.CountWakeAsync(record.Key, record.Handle, _giveUp.Token)) return null; // it is gone
        var answer = await _services.ClosedRuns.QueryAsync(record, query, question, _services.Queries);
        var (events, _) = await _services.Reader.MeasureAsync(record);
        await _services.Writer.ClearWakesAsync(record, events, _giveUp.Token);
        return answer;
    }

    /// <summary>The silo has survived the run's code, whatever else is to be said of it.</summary>
    private async Task TakeBackCountAsync(OpenRun open)
    {
        if (open.IsCounted) await _services.Writer.WriteSummaryAsync(open, open.Summary!, _giveUp.Token);
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
}
