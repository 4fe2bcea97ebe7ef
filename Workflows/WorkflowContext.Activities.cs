namespace Orchestration.Workflows;

// Local activities.
public abstract partial class WorkflowContext
{
    /// <summary>
    /// A proxy through which activities are called locally: in the workflow's own silo and turn, without a dispatch; see
    /// <see cref="LocalActivityOptions"/>. The silo has to host them.
    /// </summary>
    /// <typeparam name="TActivities">The interface that declares the activities.</typeparam>
    /// <param name="options">Timeouts and retries of the calls.</param>
    /// <exception cref="InvalidRequest">The options cannot be followed.</exception>
    public abstract TActivities LocalActivities<TActivities>(LocalActivityOptions options) where TActivities : class;

    /// <summary>Calls a local activity by name and ends with its recorded outcome.</summary>
    /// <param name="activityType">The activity's name.</param>
    /// <param name="arguments">Its arguments, in order, encoded by their own types.</param>
    /// <param name="options">Timeouts and retries.</param>
    /// <exception cref="ActivityFailed">The activity failed for good; the cause is its inner exception.</exception>
    /// <exception cref="Canceled">The activity was cancelled.</exception>
    public abstract Task<TResult> ExecuteLocalActivityAsync<TResult>(string activityType, IReadOnlyList<object?> arguments,
        LocalActivityOptions options);

    /// <summary>Calls a local activity that returns nothing, by name.</summary>
    /// <inheritdoc cref="ExecuteLocalActivityAsync{TResult}(string, IReadOnlyList{object?}, LocalActivityOptions)"/>
    public abstract Task ExecuteLocalActivityAsync(string activityType, IReadOnlyList<object?> arguments,
        LocalActivityOptions options);
}
