using System.Linq.Expressions;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>Messages to handles of a known workflow class, written as calls of its handlers.</summary>
public static class WorkflowMessageExtensions
{
    /// <summary>Sends a signal: <c>order.SignalAsync(w =&gt; w.Approve("bob"))</c>.</summary>
    /// <inheritdoc cref="IWorkflowHandle.SignalAsync"/>
    public static Task SignalAsync<TWorkflow>(this IWorkflowHandle<TWorkflow> handle, Expression<Action<TWorkflow>> signal,
        CancellationToken cancellationToken = default) where TWorkflow : Workflow
    {
        ArgumentNullException.ThrowIfNull(handle);
        var call = MessageCall.Of(signal);
        return Of(handle).SignalAsync(call.Signal, call.Encode(Of(handle).Converter), cancellationToken);
    }

    /// <summary>Asks a query: <c>order.QueryAsync(w =&gt; w.ApprovedBy())</c>.</summary>
    /// <inheritdoc cref="IWorkflowHandle.QueryAsync{TResult}"/>
    public static Task<TResult> QueryAsync<TWorkflow, TResult>(this IWorkflowHandle<TWorkflow> handle,
        Expression<Func<TWorkflow, TResult>> query, QueryOptions? options = null, CancellationToken cancellationToken = default)
        where TWorkflow : Workflow
    {
        ArgumentNullException.ThrowIfNull(handle);
        var call = MessageCall.Of(query);
        return handle.QueryAsync<TResult>(call.Query, call.Encode(Of(handle).Converter), options, cancellationToken);
    }

    /// <summary>Sends an update and waits for its result: <c>order.UpdateAsync(w =&gt; w.RepriceAsync(9))</c>.</summary>
    /// <inheritdoc cref="IWorkflowHandle.UpdateAsync{TResult}"/>
    public static Task<TResult> UpdateAsync<TWorkflow, TResult>(this IWorkflowHandle<TWorkflow> handle,
        Expression<Func<TWorkflow, Task<TResult>>> update, UpdateOptions? options = null,
        CancellationToken cancellationToken = default) where TWorkflow : Workflow
    {
        ArgumentNullException.ThrowIfNull(handle);
        var call = MessageCall.Of(update);
        return handle.UpdateAsync<TResult>(call.Update, call.Encode(Of(handle).Converter), options, cancellationToken);
    }

    /// <summary>Sends an update without a result and waits for its end.</summary>
    /// <inheritdoc cref="IWorkflowHandle.UpdateAsync{TResult}"/>
    public static Task UpdateAsync<TWorkflow>(this IWorkflowHandle<TWorkflow> handle, Expression<Func<TWorkflow, Task>> update,
        UpdateOptions? options = null, CancellationToken cancellationToken = default) where TWorkflow : Workflow
    {
        ArgumentNullException.ThrowIfNull(handle);
        var call = MessageCall.Of(update);
        return handle.UpdateAsync<Payload>(call.Update, call.Encode(Of(handle).Converter), options, cancellationToken);
    }

    /// <summary>
    /// Sends an update whose handler awaits nothing and waits for its result: <c>account.UpdateAsync(w =&gt; w.Redeem(9))</c>.
    /// </summary>
    /// <inheritdoc cref="IWorkflowHandle.UpdateAsync{TResult}"/>
    public static Task<TResult> UpdateAsync<TWorkflow, TResult>(this IWorkflowHandle<TWorkflow> handle,
        Expression<Func<TWorkflow, TResult>> update, UpdateOptions? options = null,
        CancellationToken cancellationToken = default) where TWorkflow : Workflow
    {
        ArgumentNullException.ThrowIfNull(handle);
        var call = MessageCall.Of(update);
        return handle.UpdateAsync<TResult>(call.Update, call.Encode(Of(handle).Converter), options, cancellationToken);
    }

    /// <summary>Sends an update whose handler awaits and returns nothing, and waits for its end.</summary>
    /// <inheritdoc cref="IWorkflowHandle.UpdateAsync{TResult}"/>
    public static Task UpdateAsync<TWorkflow>(this IWorkflowHandle<TWorkflow> handle, Expression<Action<TWorkflow>> update,
        UpdateOptions? options = null, CancellationToken cancellationToken = default) where TWorkflow : Workflow
    {
        ArgumentNullException.ThrowIfNull(handle);
        var call = MessageCall.Of(update);
        return handle.UpdateAsync<Payload>(call.Update, call.Encode(Of(handle).Converter), options, cancellationToken);
    }

    /// <summary>Sends an update and ends once it is durably accepted.</summary>
    /// <inheritdoc cref="IWorkflowHandle.UpdateAsync{TResult}"/>
    public static Task<IUpdateHandle<TResult>> StartUpdateAsync<TWorkflow, TResult>(this IWorkflowHandle<TWorkflow> handle,
        Expression<Func<TWorkflow, Task<TResult>>> update, UpdateOptions? options = null,
        CancellationToken cancellationToken = default) where TWorkflow : Workflow
    {
        ArgumentNullException.ThrowIfNull(handle);
        var call = MessageCall.Of(update);
        return handle.StartUpdateAsync<TResult>(call.Update, call.Encode(Of(handle).Converter), options, cancellationToken);
    }

    /// <summary>Signals the open run, or starts one that has the signal from its first commit on.</summary>
    /// <inheritdoc cref="IWorkflowHandle.SignalWithStartAsync"/>
    public static Task<RunId> SignalWithStartAsync<TInput, TOutput>(this IWorkflowHandle<Workflow<TInput, TOutput>> handle,
        TInput input, string signal, IReadOnlyList<object?>? arguments = null, StartOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return handle.SignalWithStartAsync(input, typeof(TInput), signal, arguments, options, cancellationToken);
    }

    private static IMessageSender Of(IWorkflowHandle handle) => handle as IMessageSender
        ?? throw new InvalidRequest($"{handle.GetType()} is no handle of this client.");
}
