namespace Orchestration.Workflows;

/// <summary>
/// Calls through interceptors, the first registered one outermost. The pattern of every interceptable call: a method of the
/// interface with a default that goes on, and a record of the call that each interceptor may change for those behind it.
/// </summary>
internal static class InterceptorChain
{
    /// <summary>Makes a call through a chain.</summary>
    /// <param name="chain">The interceptors.</param>
    /// <param name="call">The call.</param>
    /// <param name="step">Calls one interceptor.</param>
    /// <param name="end">What the call is without interceptors.</param>
    public static TResult Call<TInterceptor, TCall, TResult>(
        IReadOnlyList<TInterceptor> chain,
        TCall call,
        Func<TInterceptor, TCall, Func<TCall, TResult>, TResult> step,
        Func<TCall, TResult> end) => From(0, chain, call, step, end);

    /// <summary>Hands on how an intercepted call ends. Part of workflow code: it goes on where that does.</summary>
    /// <param name="call">The call.</param>
    /// <param name="complete">Takes its result.</param>
    /// <param name="fail">Takes what it, or an interceptor, throws.</param>
    public static async Task ForwardAsync(Func<Task<Payload?>> call, Action<Payload?> complete, Action<Exception> fail)
    {
        Payload? result;
        try
        {
            result = await call();
        }
        catch (Exception e)
        {
            // Interceptors are workflow code: what they throw belongs to the code that waits.
            fail(e);
            return;
        }

        complete(result);
    }

    /// <summary>An ended task's result, of whatever type it is. Part of workflow code: it goes on where that does.</summary>
    /// <param name="task">The task.</param>
    /// <param name="resultOf">Reads its result; null where it has none.</param>
    public static async Task<object?> ResultAsync(Task task, Func<Task, object?>? resultOf)
    {
        await task;
        return resultOf?.Invoke(task);
    }

    /// <summary>Makes a call whose failure others hear of too. Part of workflow code: it goes on where that does.</summary>
    /// <param name="call">The call.</param>
    /// <param name="fail">Takes what it, or an interceptor, throws.</param>
    public static async Task NoteFailureAsync(Func<Task> call, Action<Exception> fail)
    {
        try
        {
            await call();
        }
        catch (Exception e)
        {
            // Interceptors are workflow code: what they throw belongs to the code that waits.
            fail(e);
            throw;
        }
    }

    private static TResult From<TInterceptor, TCall, TResult>(
        int at,
        IReadOnlyList<TInterceptor> chain,
        TCall call,
        Func<TInterceptor, TCall, Func<TCall, TResult>, TResult> step,
        Func<TCall, TResult> end) =>
        at == chain.Count ? end(call) : step(chain[at], call, next => From(at + 1, chain, next, step, end));
}
