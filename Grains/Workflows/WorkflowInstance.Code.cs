using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Queries;
using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Workflows;

// Queries run the application's code, which may never end: so they run on threads of their own, while no turn is taken, and no
// longer than a query may take. The activation is free meanwhile, and where one does not end, the run is rebuilt without it.
internal sealed partial class WorkflowInstance
{
    private CodeQuestions? _codeQuestions; // few runs are asked
    private ClosedQueries? _closedQueries;

    private bool HasCodeQuestions => _codeQuestions is { IsEmpty: false };

    /// <summary>Asks the code of the run in memory, between turns.</summary>
    /// <returns>Null where a turn takes too long to be written, or the activation steps down.</returns>
    public Task<QueryAnswer?> AskCodeAsync(string query, Func<WorkflowRun, QueryAnswer> question)
    {
        if (_open is null || _tenure.IsLeaving) return Task.FromResult<QueryAnswer?>(null);
        var asked = (_codeQuestions ??= new CodeQuestions()).Add(query, question);
        BeginTurns();
        return asked.AnswerAsync(BetweenTurns.Patience, _services.Messages.Clock);
    }

    /// <summary>Asks the code of a run that has ended.</summary>
    public Task<QueryAnswer?> AskClosedCodeAsync(RunRecord record, string query, Func<WorkflowRun, QueryAnswer> question) =>
        (_closedQueries ??= new ClosedQueries(_services, _tenure)).AskAsync(record, query, question);

    /// <summary>In the turn loop, between a commit and the next turn: those that wait now.</summary>
    private async Task AnswerCodeQuestionsAsync(OpenRun open)
    {
        // A query stands in no history; what it does to its silo is counted all the same where it may have done so before.
        var isCounted = open.IsSuspect && !open.IsCounted && _services.Suspects.IsEarly;
        using var alone = isCounted ? await _services.SuspectRuns.EnterAloneAsync(open.Wakes, _tenure) : null;
        if (isCounted)
        {
            if (!await _services.Writer.CountWakeAsync(open, _tenure.Stop))
            {
                StepDown(); // it is gone
                return;
            }

            open.NoteCounted();
        }

        if (!await _codeQuestions!.AskAsync(open, _services.Queries))
        {
            await _services.SuspectRuns.TakeBackCountAsync(open, _tenure);
            await RebuildAsync();
        }

        if (isCounted && _open == open) await _services.SuspectRuns.TakeBackCountAsync(open, _tenure);
    }
}
