using Orchestration.Grains.Kernel;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Watch;

namespace Orchestration.Grains.Workflows.Queries;

/// <summary>
/// Questions to the code of the run in memory. They run the application's code, which may never end: so they run on threads of
/// their own, while no turn is taken (invariant 4), and no longer than a query may take. The activation is free meanwhile.
/// Belongs to the activation's scheduler.
/// </summary>
internal sealed class CodeQuestions
{
    private readonly Queue<CodeQuestion> _waiting = new();

    /// <summary>Whether none waits.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>Adds a question, to be asked when no turn is taken.</summary>
    public CodeQuestion Add(string query, Func<WorkflowRun, QueryAnswer> question)
    {
        var asked = new CodeQuestion(query, question);
        _waiting.Enqueue(asked);
        return asked;
    }

    /// <summary>Asks those that wait now.</summary>
    /// <returns>False where the run in memory is of no use any more: the others ask the rebuilt one.</returns>
    public async Task<bool> AskAsync(OpenRun open, QueryGuard guard)
    {
        for (var waiting = _waiting.Count; waiting > 0 && _waiting.TryDequeue(out var asked); waiting--)
        {
            if (!asked.Begin()) continue; // its caller waits no more
            var (answer, isWorthless) = await guard.AskAsync(open, asked.Query, asked.Question);
            asked.Answer(answer);
            if (isWorthless || open.Run.IsTainted) return false;
        }

        return true;
    }

    /// <summary>There is no run to ask.</summary>
    public void Drop()
    {
        while (_waiting.TryDequeue(out var asked)) asked.Answer(null);
    }
}
