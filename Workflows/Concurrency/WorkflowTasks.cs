namespace Orchestration.Workflows;

/// <summary>
/// Ways to wait for several tasks of a workflow. Their order is that of the recorded outcomes, the same on every replay; where
/// several
/// have ended already, the first one given comes first.
/// </summary>
public static class WorkflowTasks
{
    /// <summary>Ends when all have ended (synchronisation); fails with the first failure, by the order given, after all
    /// have.</summary>
    public static Task WhenAll(params IEnumerable<Task> tasks) => Task.WhenAll(tasks);

    /// <inheritdoc cref="WhenAll(IEnumerable{Task})"/>
    /// <returns>The results, in the order given.</returns>
    public static Task<TResult[]> WhenAll<TResult>(params IEnumerable<Task<TResult>> tasks) => Task.WhenAll(tasks);

    /// <summary>Ends with the first that ends, however it does (discriminator). The others go on: cancel their scope to end
    /// them.</summary>
    public static Task<Task> WhenAny(params IEnumerable<Task> tasks) => Task.WhenAny(tasks);

    /// <inheritdoc cref="WhenAny(IEnumerable{Task})"/>
    public static Task<Task<TResult>> WhenAny<TResult>(params IEnumerable<Task<TResult>> tasks) => Task.WhenAny(tasks);

    /// <summary>Ends when so many have ended with success (partial join), or as soon as that cannot be any more.</summary>
    /// <param name="count">How many; 0 to the number of tasks.</param>
    /// <param name="tasks">The tasks.</param>
    /// <returns>Those that ended with success first, in the order in which they ended.</returns>
    /// <exception cref="AggregateException">So many failed that the rest is too few; it holds their failures.</exception>
    public static async Task<IReadOnlyList<Task<TResult>>> WhenSome<TResult>(int count, params IEnumerable<Task<TResult>> tasks)
    {
        var open = tasks.ToList();
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, open.Count);
        var ended = new List<Task<TResult>>(count);
        var failures = new List<Exception>();
        while (ended.Count < count)
        {
            if (open.Count < count - ended.Count)
                throw new AggregateException("Too few of the tasks can still succeed.", failures);
            var first = await Task.WhenAny(open);
            open.Remove(first);
            if (first.IsCompletedSuccessfully) ended.Add(first);
            else failures.Add(first.Exception?.GetBaseException() ?? new TaskCanceledException(first));
        }

        return ended;
    }
}
