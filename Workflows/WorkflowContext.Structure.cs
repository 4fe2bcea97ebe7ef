using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orchestration.Workflows;

// Children, other workflows, continuing as new, scopes.
public abstract partial class WorkflowContext
{
    [ThreadStatic]
    private static WorkflowContext? _ambient;

    /// <summary>The context of the run whose turn the calling thread takes; null outside of any.</summary>
    internal static WorkflowContext? Ambient
    {
        get => _ambient;
        set => _ambient = value;
    }

    /// <summary>The run that started this one as its child; null where a client did.</summary>
    public abstract ParentInfo? Parent { get; }

    /// <summary>The run that this one continues; null where it continues none.</summary>
    public abstract RunId? ContinuedFrom { get; }

    /// <summary>
    /// Whether the history has grown so far (4,000 events, signals among them, or 4 MB, unless the
    /// silo on which it started says otherwise) that the run should continue as new.
    /// </summary>
    public abstract bool ShouldContinueAsNew { get; }

    /// <summary>About how many bytes of history the run has, reckoned from its events: the same on every replay.</summary>
    public abstract long HistoryBytes { get; }

    /// <summary>A child of a known workflow class, to be started.</summary>
    /// <param name="id">Its id in the parent's namespace; null: one made of the parent's id, the same on every replay.</param>
    /// <param name="options">How it is run.</param>
    /// <exception cref="InvalidRequest">The id is the parent's own, or an option is not allowed. Nothing is written.</exception>
    /// <exception cref="InvalidIdentifier">The id is not allowed.</exception>
    public abstract IChildWorkflow<TWorkflow> Child<TWorkflow>(string? id = null, ChildOptions? options = null)
        where TWorkflow : Workflow;

    /// <summary>A child by the name of its workflow type, to be started.</summary>
    /// <inheritdoc cref="Child{TWorkflow}"/>
    public abstract IChildWorkflow Child(string workflowType, string? id = null, ChildOptions? options = null);

    /// <summary>Another workflow of the same namespace, to be signalled or cancelled.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="runId">The run that is meant, with what it continues as; null: the latest at the time of each
    /// message.</param>
    /// <exception cref="InvalidIdentifier">The id is not allowed.</exception>
    public IExternalWorkflow GetExternalWorkflow(string id, RunId? runId = null) =>
        GetExternalWorkflow(new WorkflowKey(Key.Namespace, new WorkflowId(id)), runId);

    /// <summary>Another workflow of a known class, to be signalled or cancelled.</summary>
    /// <inheritdoc cref="GetExternalWorkflow(string, RunId?)"/>
    public IExternalWorkflow<TWorkflow> GetExternalWorkflow<TWorkflow>(string id, RunId? runId = null)
        where TWorkflow : Workflow =>
        GetExternalWorkflow<TWorkflow>(new WorkflowKey(Key.Namespace, new WorkflowId(id)), runId);

    /// <summary>Another workflow of a known class, to be signalled or cancelled.</summary>
    public abstract IExternalWorkflow<TWorkflow> GetExternalWorkflow<TWorkflow>(WorkflowKey key, RunId? runId = null)
        where TWorkflow : Workflow;

    /// <summary>Another workflow, to be signalled or cancelled.</summary>
    public abstract IExternalWorkflow GetExternalWorkflow(WorkflowKey key, RunId? runId = null);

    /// <summary>
    /// What to throw so that the run ends and the instance goes on as a new run of the given class: <c>throw
    /// Context.ContinueAsNew&lt;Counter&gt;(next)</c>. Signals that no handler has taken go along in their order, as does what is
    /// known
    /// of requests, so that none is lost or doubled.
    /// </summary>
    /// <param name="input">The new run's input.</param>
    /// <exception cref="PayloadTooLarge">The input is over the limit.</exception>
    public ContinueAsNew ContinueAsNew<TWorkflow>(object? input) where TWorkflow : Workflow =>
        ContinueAsNew(typeof(TWorkflow).GetCustomAttribute<WorkflowAttribute>()?.Name ?? typeof(TWorkflow).Name, input);

    /// <summary>What to throw so that the instance goes on as a new run of this workflow's own type.</summary>
    /// <inheritdoc cref="ContinueAsNew{TWorkflow}"/>
    public ContinueAsNew ContinueAsNew(object? input) => ContinueAsNew(WorkflowType, input);

    /// <summary>What to throw so that the instance goes on as a new run of the type of that name.</summary>
    /// <remarks>A type that is not hosted stalls the run with an error that names it; it goes on once the type is
    /// deployed.</remarks>
    /// <inheritdoc cref="ContinueAsNew{TWorkflow}"/>
    public abstract ContinueAsNew ContinueAsNew(string workflowType, object? input);

    /// <summary>A scope that is cancelled with its surroundings, or by itself.</summary>
    public CancellationScope CreateScope() => new(CancellationToken);

    /// <summary>A scope that is cancelled by itself alone: for clean-up that goes on while the run is being cancelled.</summary>
    public CancellationScope CreateDetachedScope()
    {
        _ = CancellationToken; // asks whether the calling code is the run's
        return new CancellationScope(null);
    }

    /// <summary>Runs clean-up that the run's own cancellation does not reach.</summary>
    public async Task DetachedAsync(Func<Task> code)
    {
        using var scope = CreateDetachedScope();
        await scope.RunAsync(code);
    }

    /// <summary>Runs clean-up that the run's own cancellation does not reach.</summary>
    public async Task<TResult> DetachedAsync<TResult>(Func<Task<TResult>> code)
    {
        using var scope = CreateDetachedScope();
        return await scope.RunAsync(code);
    }

    /// <summary>
    /// Waits until the condition holds, but no longer than the timeout: a durable timer, which is cancelled where it is not
    /// needed.
    /// </summary>
    /// <param name="condition">The condition; it must only read the workflow's own state.</param>
    /// <param name="timeout">The longest wait; zero or less looks once.</param>
    /// <param name="cancellationToken">Ends the wait; default: <see cref="CancellationToken"/>.</param>
    /// <param name="text">How the condition is shown to people; the compiler gives its source.</param>
    /// <returns>Whether the condition held in time. One that comes to hold in the step in which time runs out counts as
    /// late.</returns>
    /// <exception cref="Canceled">The wait was cancelled.</exception>
    public async Task<bool> WhenAsync(
        Func<bool> condition, TimeSpan timeout, CancellationToken? cancellationToken = null,
        [CallerArgumentExpression(nameof(condition))] string? text = null)
    {
        var outer = cancellationToken ?? CancellationToken;
        using var race = CancellationTokenSource.CreateLinkedTokenSource(outer);
        var holds = WhenAsync(condition, race.Token, text);
        if (!holds.IsCompleted && timeout <= TimeSpan.Zero)
        {
            race.Cancel();
            return false;
        }

        if (holds.IsCompleted)
        {
            await holds;
            return true;
        }

        var expires = DelayAsync(timeout, race.Token);
        var first = await Task.WhenAny(holds, expires);
        race.Cancel(); // the loser has nothing to wait for any more
        await first;
        return first == holds;
    }
}
