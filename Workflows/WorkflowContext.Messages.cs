namespace Orchestration.Workflows;

public abstract partial class WorkflowContext
{
    /// <summary>
    /// Whether no handler of a signal or update is under way: what to wait for (by a condition) before the run's code
    /// ends, where its handlers must not be abandoned.
    /// </summary>
    public abstract bool AllHandlersFinished { get; }

    /// <summary>
    /// Has a signal handled from now on; those of that name that have come before are handled at once, in their order. It takes
    /// the place of an earlier handler, that of a <see cref="SignalAttribute"/> too.
    /// </summary>
    /// <param name="name">The signal's name.</param>
    /// <param name="handler">The handler; its parameters are the signal's arguments.</param>
    /// <exception cref="InvalidIdentifier">The name is not allowed.</exception>
    public void OnSignal(string name, Action handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        OnSignal(name, [], _ =>
        {
            handler();
            return null;
        });
    }

    /// <inheritdoc cref="OnSignal(string, Action)"/>
    public void OnSignal(string name, Func<Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        OnSignal(name, [], _ => handler());
    }

    /// <inheritdoc cref="OnSignal(string, Action)"/>
    public void OnSignal<T>(string name, Action<T> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        OnSignal(name, [typeof(T)], arguments =>
        {
            handler((T)arguments[0]!);
            return null;
        });
    }

    /// <inheritdoc cref="OnSignal(string, Action)"/>
    public void OnSignal<T>(string name, Func<T, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        OnSignal(name, [typeof(T)], arguments => handler((T)arguments[0]!));
    }

    /// <inheritdoc cref="OnSignal(string, Action)"/>
    public void OnSignal<T1, T2>(string name, Action<T1, T2> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        OnSignal(name, [typeof(T1), typeof(T2)], arguments =>
        {
            handler((T1)arguments[0]!, (T2)arguments[1]!);
            return null;
        });
    }

    /// <inheritdoc cref="OnSignal(string, Action)"/>
    public void OnSignal<T1, T2>(string name, Func<T1, T2, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        OnSignal(name, [typeof(T1), typeof(T2)], arguments => handler((T1)arguments[0]!, (T2)arguments[1]!));
    }

    /// <summary>
    /// Has all signals handled that no other handler takes, from now on; those that have come before are handled at once, in
    /// their order. <see cref="Decode{T}"/> reads their arguments.
    /// </summary>
    /// <param name="handler">Gets the signal's name and arguments.</param>
    public abstract void OnAnySignal(Func<string, IReadOnlyList<Payload>, Task> handler);

    /// <summary>Reads an argument that a catch-all handler was given.</summary>
    /// <exception cref="PayloadConversionFailed">It cannot be read as that type.</exception>
    public abstract T Decode<T>(Payload payload);

    /// <summary>
    /// Says where the run stands, in the application's own terms: shown by <c>Describe</c> and streamed to clients that watch,
    /// once what led to it is durable. It is part of the code's state, not of the history: a replay sets it anew.
    /// </summary>
    /// <param name="status">Any value; null for none.</param>
    /// <exception cref="PayloadTooLarge">It is over the limit.</exception>
    public abstract void SetStatus(object? status);

    /// <summary>Says how far the run has come; shown and streamed as <see cref="SetStatus"/> does.</summary>
    /// <param name="done">How much is done, in a unit of the workflow's choice.</param>
    /// <param name="total">How much there is in all, where that is known.</param>
    /// <param name="message">What the run is at, in words.</param>
    public abstract void ReportProgress(double done, double? total = null, string? message = null);

    /// <summary>
    /// Makes a token that somebody outside completes: an approval, a payment provider's callback. It is recorded, so that it
    /// outlives any crash; it ends with the run, and does not pass to one that continues it.
    /// </summary>
    /// <typeparam name="T">What the answer is.</typeparam>
    /// <param name="name">What it is for, as <c>Describe</c> shows it.</param>
    public abstract CompletionToken<T> CreateToken<T>(string name = "");

    private protected abstract void OnSignal(string name, Type[] parameters, Func<object?[], object?> handler);
}
