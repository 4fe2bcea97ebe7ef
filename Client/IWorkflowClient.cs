using Orchestration.Grains.Interfaces.Visibility;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>
/// Starts, awaits and manages workflow instances, in or outside the cluster. Thread-safe; one a process will do. Requests whose
/// outcome is unknown (a time-out, a lost connection, a silo that died) are repeated by the client under the same request number,
/// so that they take effect once.
/// </summary>
public partial interface IWorkflowClient
{
    /// <summary>The namespace of the instances that this client names.</summary>
    string Namespace { get; }

    /// <summary>A handle of an instance whose class is at hand. Calls nothing; the instance need not exist.</summary>
    /// <param name="id">The instance's id.</param>
    /// <param name="runId">Binds the handle to one run; null is the latest one at the time of each call.</param>
    /// <exception cref="InvalidIdentifier">The id is not allowed.</exception>
    IWorkflowHandle<TWorkflow> GetWorkflow<TWorkflow>(string id, RunId? runId = null) where TWorkflow : Workflow;

    /// <summary>A handle of an instance by names alone. Calls nothing; the instance need not exist.</summary>
    /// <param name="id">The instance's id.</param>
    /// <param name="workflowType">The workflow type's name; needed to start it.</param>
    /// <param name="runId">Binds the handle to one run; null is the latest one at the time of each call.</param>
    /// <exception cref="InvalidIdentifier">The id or the type's name is not allowed.</exception>
    IUntypedWorkflowHandle GetWorkflow(string id, string? workflowType = null, RunId? runId = null);

    /// <summary>
    /// Completes what a workflow's code waits for by a token, and ends once that is durable. Whoever has the token may; once.
    /// </summary>
    /// <typeparam name="T">What the answer is.</typeparam>
    /// <exception cref="InvalidRequest">The text is no token, or not one that the run has made.</exception>
    /// <exception cref="TokenSpent">It was completed before, or taken back.</exception>
    /// <exception cref="WorkflowClosed">The run has ended, or continued as new.</exception>
    Task CompleteTokenAsync<T>(string token, T value, CancellationToken cancellationToken = default);

    /// <summary>
    /// Rejects what a workflow's code waits for by a token: the wait ends with <see cref="ApplicationFailure"/> of the type
    /// <c>TokenRejected</c>.
    /// </summary>
    /// <inheritdoc cref="CompleteTokenAsync{T}"/>
    Task RejectTokenAsync(string token, string reason, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists runs, newest start first, in pages that are asked for as the caller goes on. Runs that start or end meanwhile may be
    /// missing or listed as they were.
    /// </summary>
    /// <param name="filter">Which; null is all.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <exception cref="InvalidRequest">The filter contradicts itself.</exception>
    IAsyncEnumerable<RunListing> ListAsync(WorkflowFilter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>One page of what <see cref="ListAsync"/> lists, for callers that hand pages on.</summary>
    /// <param name="filter">Which; null is all. Its page size is the page's.</param>
    /// <param name="continuation">Where the page before ended; null for the first one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidRequest">The filter contradicts itself, or the continuation is none.</exception>
    Task<WorkflowPage> ListPageAsync(
        WorkflowFilter? filter = null, string? continuation = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// How many runs a filter lists, by type and status. Costs what a look at all those runs costs: fractions of a second with
    /// 100,000.
    /// </summary>
    /// <param name="filter">Which; null is all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidRequest">The filter contradicts itself.</exception>
    Task<IReadOnlyList<WorkflowCount>> CountAsync(
        WorkflowFilter? filter = null, CancellationToken cancellationToken = default);
}
