namespace Orchestration.Workflows;

/// <summary>What children can do whose input and output follow from their class, or are given.</summary>
public static class ChildWorkflowExtensions
{
    /// <inheritdoc cref="IChildWorkflow.StartAsync"/>
    public static Task StartAsync<TInput, TOutput>(this IChildWorkflow<Workflow<TInput, TOutput>> child, TInput input)
    {
        ArgumentNullException.ThrowIfNull(child);
        return child.StartAsync(input, typeof(TInput));
    }

    /// <inheritdoc cref="IChildWorkflow.GetResultAsync"/>
    public static Task<TOutput> GetResultAsync<TInput, TOutput>(this IChildWorkflow<Workflow<TInput, TOutput>> child)
    {
        ArgumentNullException.ThrowIfNull(child);
        return child.GetResultAsync<TOutput>();
    }

    /// <summary>Starts the child and waits for its end.</summary>
    /// <exception cref="ChildWorkflowNotStarted">It could not be started.</exception>
    /// <exception cref="ChildWorkflowFailed">It failed or was terminated; the cause is the inner exception.</exception>
    /// <exception cref="Canceled">It was cancelled, or the wait was.</exception>
    public static Task<TOutput> ExecuteAsync<TInput, TOutput>(this IChildWorkflow<Workflow<TInput, TOutput>> child, TInput input)
    {
        ArgumentNullException.ThrowIfNull(child);
        _ = child.StartAsync(input, typeof(TInput)); // a start that fails shows in the result too
        return child.GetResultAsync<TOutput>();
    }

    /// <inheritdoc cref="ExecuteAsync{TInput, TOutput}"/>
    public static Task<TResult> ExecuteAsync<TResult>(this IChildWorkflow child, object? input)
    {
        ArgumentNullException.ThrowIfNull(child);
        _ = child.StartAsync(input, input?.GetType() ?? typeof(object));
        return child.GetResultAsync<TResult>();
    }
}
