namespace Orchestration.Workflows;

// Handlers of updates and queries that code gives.
public abstract partial class WorkflowContext
{
    /// <summary>
    /// Has an update of that name handled from now on; it takes the place of an earlier handler, that of an
    /// <see cref="UpdateAttribute"/> too. An update that comes before is rejected, as one without a handler: give handlers before
    /// the code's first wait.
    /// </summary>
    /// <param name="name">The update's name.</param>
    /// <param name="handler">The handler; its parameter is the update's argument.</param>
    /// <param name="validator">Throws to reject an update before it is recorded; may only read. Null accepts all.</param>
    /// <exception cref="InvalidIdentifier">The name is not allowed.</exception>
    public void OnUpdate<T, TResult>(string name, Func<T, Task<TResult>> handler, Action<T>? validator = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        OnUpdate(name, [typeof(T)], async a => await handler((T)a[0]!), typeof(TResult),
            validator is null ? null : a => validator((T)a[0]!));
    }

    /// <summary>Has an update without a result handled from now on.</summary>
    /// <inheritdoc cref="OnUpdate{T, TResult}(string, Func{T, Task{TResult}}, Action{T})"/>
    public void OnUpdate<T>(string name, Func<T, Task> handler, Action<T>? validator = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        OnUpdate(name, [typeof(T)], async a =>
        {
            await handler((T)a[0]!);
            return null;
        }, null, validator is null ? null : a => validator((T)a[0]!));
    }

    /// <summary>Has an update without arguments handled from now on.</summary>
    /// <inheritdoc cref="OnUpdate{T, TResult}(string, Func{T, Task{TResult}}, Action{T})"/>
    public void OnUpdate<TResult>(string name, Func<Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        OnUpdate(name, [], async _ => await handler(), typeof(TResult), null);
    }

    /// <summary>
    /// Has a query of that name answered from now on; it takes the place of an earlier handler, that of a
    /// <see cref="QueryAttribute"/> too. It may only read.
    /// </summary>
    /// <param name="name">The query's name.</param>
    /// <param name="handler">Answers at once.</param>
    /// <exception cref="InvalidIdentifier">The name is not allowed.</exception>
    public void OnQuery<TResult>(string name, Func<TResult> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        OnQuery(name, [], _ => handler(), typeof(TResult));
    }

    /// <inheritdoc cref="OnQuery{TResult}(string, Func{TResult})"/>
    public void OnQuery<T, TResult>(string name, Func<T, TResult> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        OnQuery(name, [typeof(T)], a => handler((T)a[0]!), typeof(TResult));
    }

    private protected abstract void OnUpdate(string name, Type[] parameters, Func<object?[], Task<object?>> handler, Type? result,
        Action<object?[]>? validator);

    private protected abstract void OnQuery(string name, Type[] parameters, Func<object?[], object?> handler, Type result);

    /// <summary>Encodes and decodes values.</summary>
    internal abstract IPayloadConverter PayloadConverter { get; }
}
