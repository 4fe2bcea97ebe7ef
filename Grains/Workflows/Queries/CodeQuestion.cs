using Orchestration.Grains.Kernel;

namespace Orchestration.Grains.Workflows.Queries;

/// <summary>A question to a run's code, and its caller.</summary>
internal sealed class CodeQuestion(string query, Func<WorkflowRun, QueryAnswer> question)
{
    private readonly TaskCompletionSource _begun = new();
    private readonly TaskCompletionSource<QueryAnswer?> _answered = new();

    public string Query => query;

    public Func<WorkflowRun, QueryAnswer> Question => question;

    /// <returns>False where its caller waits no more.</returns>
    public bool Begin() => !_answered.Task.IsCompleted && _begun.TrySetResult();

    public void Answer(QueryAnswer? answer)
    {
        _begun.TrySetResult();
        _answered.TrySetResult(answer);
    }

    /// <summary>Waits for the answer; no longer than given for its turn.</summary>
    /// <returns>Null where a turn takes too long to be written, or the activation steps down.</returns>
    public async Task<QueryAnswer?> AnswerAsync(TimeSpan patience, TimeProvider clock)
    {
        try
        {
            await _begun.Task.WaitAsync(patience, clock);
        }
        catch (TimeoutException)
        {
            Answer(null);
        }

        return await _answered.Task;
    }
}
