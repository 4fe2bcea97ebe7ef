using System.Collections.Frozen;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Grains.Kernel.Messages;
using Orchestration.Grains.Kernel.Stimuli;
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

    /// <summary>Runs the handler of a signal or an update through the interceptors.</summary>
    internal Task<object?> InterceptHandler(HandlerMachine message, object?[] arguments)
    {
        var handler = message.Handler;
        var headers = message.Headers ?? FrozenDictionary<string, string>.Empty;
        if (message.Update is { } update)
        {
            return Intercept(
                new UpdateHandling
                {
                    Context = _context, UpdateId = update.UpdateId, Update = message.Name, Arguments = arguments,
                    Headers = headers,
                },
                static (interceptor, call, next) => interceptor.HandleUpdateAsync(call, next),
                call => Call(handler, call.Arguments));
        }

        return InterceptorChain.ResultAsync(Intercept(
            new SignalHandling { Context = _context, Signal = message.Name, Arguments = arguments, Headers = headers },
            static (interceptor, call, next) => interceptor.HandleSignalAsync(call, next),
            call => (Task)Call(handler, call.Arguments)), null);
    }

    private void InterceptValidation(UpdateRun update, MessageHandler handler, object?[] arguments) => Intercept(
        new UpdateHandling
        {
            Context = _context, UpdateId = update.UpdateId, Update = update.Name, Arguments = arguments,
            Headers = update.Headers ?? FrozenDictionary<string, string>.Empty,
        },
        static (interceptor, call, next) =>
        {
            interceptor.ValidateUpdate(call, c => next(c));
            return true;
        },
        call =>
        {
            handler.Validator?.Call(_workflow!, [.. call.Arguments]);
            return true;
        });

    private object? InterceptQuery(
        MessageHandler handler, string name, object?[] arguments, IReadOnlyDictionary<string, string>? headers) => Intercept(
        new QueryHandling
        {
            Context = _context, Query = name, Arguments = arguments, Headers = headers ?? FrozenDictionary<string, string>.Empty,
        },
        static (interceptor, call, next) => interceptor.HandleQuery(call, next),
        call => handler.Call(_workflow!, [.. call.Arguments]));

    private Task<object?> Call(MessageHandler handler, IReadOnlyList<object?> arguments)
    {
        var returned = handler.Call(_workflow!, [.. arguments]);
        return returned is Task task ? InterceptorChain.ResultAsync(task, handler.ResultOf) : Task.FromResult(returned);
    }

    private Task<object?> InvokeCode(Workflow workflow, object? input) => IsIntercepted
        ? Intercept(
            new WorkflowExecution { Context = _context, Input = input },
            static (interceptor, call, next) => interceptor.ExecuteAsync(call, next),
            call => workflow.InvokeAsync(call.Input))
        : workflow.InvokeAsync(input);
}
