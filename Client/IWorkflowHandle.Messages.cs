using Orchestration.Workflows;

namespace Orchestration.Client;

public partial interface IWorkflowHandle
{
    /// <summary>
    /// Sends a signal and ends once it is durable. Signals that a client sends to one instance arrive in the order of the calls,
    /// and those under way at the same time travel together.
    /// </summary>
    /// <param name="signal">The signal's name.</param>
    /// <param name="arguments">Its arguments, encoded by their own types; null for none.</param>
    /// <param name="cancellationToken">Ends the call; the signal may still take effect.</param>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    /// <exception cref="WorkflowClosed">The run has ended.</exception>
    /// <exception cref="WorkflowStalled">The run cannot go on as deployed.</exception>
    /// <exception cref="InvalidRequest">The signal's handler does not take such arguments.</exception>
    /// <exception cref="PayloadTooLarge">The arguments are over the limit.</exception>
    Task SignalAsync(string signal, IReadOnlyList<object?>? arguments = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Signals the open run, or starts one: its first commit then has both start and signal. Typed callers use the extension
    /// methods.
    /// </summary>
    /// <returns>The run.</returns>
    Task<RunId> SignalWithStartAsync(object? input, Type inputType, string signal, IReadOnlyList<object?>? arguments = null,
        StartOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Asks the run's code: of an open, a stalled or a closed run. It sees durable state only.</summary>
    /// <typeparam name="TResult">How the result is read.</typeparam>
    /// <param name="query">The query's name.</param>
    /// <param name="arguments">Its arguments, encoded by their own types; null for none.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    /// <exception cref="QueryFailed">No such query, or its code threw or tried to change something.</exception>
    /// <exception cref="WorkflowStalled">The run's code cannot be run as deployed.</exception>
    Task<TResult> QueryAsync<TResult>(string query, IReadOnlyList<object?>? arguments = null, QueryOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>Sends an update and waits for its outcome.</summary>
    /// <typeparam name="TResult">How the result is read.</typeparam>
    /// <param name="update">The update's name.</param>
    /// <param name="arguments">Its arguments, encoded by their own types; null for none.</param>
    /// <param name="options">How it is sent.</param>
    /// <param name="cancellationToken">Ends the wait, not the update.</param>
    /// <exception cref="UpdateRejected">It was not accepted; nothing was recorded.</exception>
    /// <exception cref="UpdateFailed">It was accepted and failed.</exception>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    /// <exception cref="WorkflowClosed">The run has ended.</exception>
    /// <exception cref="WorkflowStalled">The run cannot go on as deployed.</exception>
    Task<TResult> UpdateAsync<TResult>(string update, IReadOnlyList<object?>? arguments = null, UpdateOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>Sends an update and ends once it is durably accepted.</summary>
    /// <inheritdoc cref="UpdateAsync{TResult}"/>
    Task<IUpdateHandle<TResult>> StartUpdateAsync<TResult>(string update, IReadOnlyList<object?>? arguments = null,
        UpdateOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Updates the open run, or starts one whose first commit has both start and update, and waits for the update's outcome. A
    /// rejected update leaves the run started. Typed callers use the extension methods.
    /// </summary>
    Task<TResult> UpdateWithStartAsync<TResult>(object? input, Type inputType, string update,
        IReadOnlyList<object?>? arguments = null, UpdateOptions? updateOptions = null, StartOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>A handle of an update that was sent before. Calls nothing.</summary>
    /// <typeparam name="TResult">How its result is read.</typeparam>
    IUpdateHandle<TResult> GetUpdate<TResult>(string updateId);

    /// <summary>
    /// What the run says of itself (custom status and progress), as it says it: without polling, resumed by a cursor over lost
    /// connections and restarts. Goes on with the run that continues this one as new; ends with the last of them, and the last
    /// item says how that ended. Of a run that says much in little time the oldest may be passed over.
    /// </summary>
    /// <param name="cursor">
    /// The last one that the caller has seen; 0 begins with all that is kept. It is a place in one run: to watch on from an item,
    /// use a handle that is bound to the item's <see cref="StatusUpdate.RunId"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the watching.</param>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    IAsyncEnumerable<StatusUpdate> WatchStatusAsync(long cursor = 0, CancellationToken cancellationToken = default);

    /// <summary>
    /// As <see cref="WatchStatusAsync"/>, and besides an item each time the run's history has grown or its status has changed:
    /// what happens in quick succession comes as one. It begins with an item unless the caller has seen all there is.
    /// </summary>
    /// <param name="cursor">As with <see cref="WatchStatusAsync"/>.</param>
    /// <param name="seenEvents">How many history events the caller knows of; it holds for the same run.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    IAsyncEnumerable<StatusUpdate> WatchAsync(
        long cursor = 0, long seenEvents = -1, CancellationToken cancellationToken = default);
}
