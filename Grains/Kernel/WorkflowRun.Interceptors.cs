using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Interceptors: they stand around the calls into and out of the code, and are workflow code themselves.
public sealed partial class WorkflowRun
{
    /// <summary>Whether any interceptor is there; without one, calls take no detour.</summary>
    internal bool IsIntercepted => Settings.Interceptors.Count > 0;

    /// <summary>Makes a call through the interceptors; see <see cref="InterceptorChain"/>.</summary>
    internal TResult Intercept<TCall, TResult>(
        TCall call, Func<IWorkflowInterceptor, TCall, Func<TCall, TResult>, TResult> step, Func<TCall, TResult> end) =>
        InterceptorChain.Call(Settings.Interceptors, call, step, end);

    private Task<object?> InvokeCode(Workflow workflow, object? input) => IsIntercepted
        ? Intercept(
            new WorkflowExecution { Context = _context, Input = input },
            static (interceptor, call, next) => interceptor.ExecuteAsync(call, next),
            call => workflow.InvokeAsync(call.Input))
        : workflow.InvokeAsync(input);
}
