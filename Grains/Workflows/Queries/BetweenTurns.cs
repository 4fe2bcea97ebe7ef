using Orchestration.Grains.Kernel;

namespace Orchestration.Grains.Workflows.Queries;

/// <summary>
/// Questions that came while a turn was being committed, and are answered between that commit and the next turn, so that they
/// see durable state alone (invariant 4). Belongs to the activation's scheduler.
/// </summary>
internal sealed class BetweenTurns(TimeProvider clock)
{
    /// <summary>How long a question waits for a turn to be written.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Queue<Action<WorkflowRun?>> _questions = new();

    /// <summary>Asks the run right after the turn under way.</summary>
    /// <returns>Null where that takes too long, or the activation steps down.</returns>
    public async Task<T?> AskAsync<T>(Func<WorkflowRun, T?> question) where T : class
    {
        var asked = new TaskCompletionSource<T?>();
        _questions.Enqueue(run =>
        {
            if (!asked.Task.IsCompleted) asked.TrySetResult(run is null ? null : question(run));
        });
        await Task.WhenAny(asked.Task, Task.Delay(Patience, clock));
        asked.TrySetResult(null);
        return await asked.Task;
    }

    /// <summary>Answers all; in the turn loop, after a commit and before the next turn.</summary>
    /// <param name="run">The run; null where there is none any more.</param>
    public void Answer(WorkflowRun? run)
    {
        while (_questions.TryDequeue(out var question)) question(run is { IsTainted: true } ? null : run);
    }
}
