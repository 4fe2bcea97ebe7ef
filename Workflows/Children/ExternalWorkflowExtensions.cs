using System.Linq.Expressions;

namespace Orchestration.Workflows;

/// <summary>Signals to workflows of a known class, written as calls of their handlers.</summary>
public static class ExternalWorkflowExtensions
{
    /// <summary>Sends a signal: <c>other.SignalAsync(w =&gt; w.Approve("bob"))</c>. Nothing of the other workflow runs.</summary>
    /// <param name="other">The receiver.</param>
    /// <param name="signal">One call of a handler; its arguments are encoded by the types that the handler declares.</param>
    /// <inheritdoc cref="IExternalWorkflow.SignalAsync"/>
    public static Task SignalAsync<TWorkflow>(this IExternalWorkflow<TWorkflow> other, Expression<Action<TWorkflow>> signal)
        where TWorkflow : Workflow
    {
        ArgumentNullException.ThrowIfNull(other);
        var (name, arguments) = Read(signal);
        return other.SignalAsync(name, arguments);
    }

    /// <summary>
    /// Sends a child a signal: <c>child.SignalAsync(w =&gt; w.Approve("bob"))</c>. Nothing of the child runs here.
    /// </summary>
    /// <param name="child">The receiver.</param>
    /// <param name="signal">One call of a handler; its arguments are encoded by the types that the handler declares.</param>
    /// <inheritdoc cref="IChildWorkflow.SignalAsync"/>
    public static Task SignalAsync<TWorkflow>(this IChildWorkflow<TWorkflow> child, Expression<Action<TWorkflow>> signal)
        where TWorkflow : Workflow
    {
        ArgumentNullException.ThrowIfNull(child);
        var (name, arguments) = Read(signal);
        return child.SignalAsync(name, arguments);
    }

    private static (string Name, IReadOnlyList<object?> Arguments) Read(LambdaExpression signal)
    {
        var call = MessageCall.Of(signal);
        var converter = WorkflowContext.Ambient?.PayloadConverter
            ?? throw new InvalidOperationException("Workflow code alone signals through its context, within its own turn.");
        return (call.Signal, call.Encode(converter));
    }
}
