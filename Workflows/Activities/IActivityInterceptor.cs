namespace Orchestration.Workflows;

/// <summary>
/// Stands around every attempt that its silo runs. Registered by dependency injection; several are called in the order of their
/// registration, the first one outermost. Resolved from the attempt's own scope.
/// </summary>
public interface IActivityInterceptor
{
    /// <summary>
    /// Runs an attempt, or what stands for it. What it throws is the attempt's failure; <see cref="CompletedOutside"/> has to be
    /// let through.
    /// </summary>
    /// <param name="invocation">The attempt, its arguments and headers.</param>
    /// <param name="next">Goes on with what is given to it, which may differ; to be called once, or not at all.</param>
    /// <returns>The result, which may differ from that of <paramref name="next"/>.</returns>
    ValueTask<Payload> ExecuteAsync(ActivityInvocation invocation, Func<ActivityInvocation, ValueTask<Payload>> next);
}
