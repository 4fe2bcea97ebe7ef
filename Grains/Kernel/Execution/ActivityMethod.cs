using System.Reflection;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>One activity as an interface method declares it.</summary>
internal abstract class ActivityMethod
{
    private readonly ParameterInfo[] _parameters;
    private readonly int _arguments;

    private ActivityMethod(MethodInfo method)
    {
        Name = ActivityNames.Of(method);
        _parameters = method.GetParameters();
        _arguments = _parameters.Count(static p => p.ParameterType != typeof(CancellationToken));
    }

    public string Name { get; }

    /// <summary>Reads a method.</summary>
    /// <exception cref="InvalidRequest">It cannot be an activity.</exception>
    public static ActivityMethod Of(MethodInfo method)
    {
        var shown = $"{method.DeclaringType}.{method.Name}";
        if (method.IsGenericMethodDefinition) throw new InvalidRequest(
            $"{shown} is generic: an activity's types must be known by its name.");
        if (method.GetParameters().FirstOrDefault(static p =>
            p.ParameterType.IsByRef || p.ParameterType.IsByRefLike || p.ParameterType.IsPointer) is { } parameter)
            throw new InvalidRequest(
                $"{shown} has the parameter '{parameter.Name}' of type {parameter.ParameterType}, which cannot be stored.");
        if (method.ReturnType == typeof(Task)) return new Void(method);
        if (method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(Task<>))
            return (ActivityMethod)Activator.CreateInstance(typeof(Value<>).MakeGenericType(
                method.ReturnType.GetGenericArguments()), method)!;
        throw new InvalidRequest($"{shown} returns {method.ReturnType}; activities return Task or Task<T>.");
    }

    /// <summary>Calls the activity and returns the task that ends with its outcome.</summary>
    public abstract Task Call(RunContext context, ActivityCalls calls, object?[] arguments);

    /// <summary>Encodes the arguments by their declared types; a cancellation token is none, it cancels the call.</summary>
    private Payload[] Encode(RunContext context, object?[] arguments, ref CancellationToken? token)
    {
        var encoded = _arguments == 0 ? [] : new Payload[_arguments];
        for (int i = 0, next = 0; i < _parameters.Length; i++)
        {
            if (arguments[i] is CancellationToken given && _parameters[i].ParameterType == typeof(CancellationToken))
            {
                if (given.CanBeCanceled) token = given;
                continue;
            }

            encoded[next++] = context.Encode(arguments[i], _parameters[i].ParameterType, "argument", _parameters[i].Name!, Name);
        }

        return encoded;
    }

    private sealed class Void(MethodInfo method) : ActivityMethod(method)
    {
        public override Task Call(RunContext context, ActivityCalls calls, object?[] arguments)
        {
            var token = calls.Token;
            var waiter = new VoidWaiter();
            context.Schedule(Name, Encode(context, arguments, ref token), calls, token, waiter);
            return waiter.Task;
        }
    }

    private sealed class Value<T>(MethodInfo method) : ActivityMethod(method)
    {
        public override Task Call(RunContext context, ActivityCalls calls, object?[] arguments)
        {
            var token = calls.Token;
            var waiter = new ValueWaiter<T>(context.Converter);
            context.Schedule(Name, Encode(context, arguments, ref token), calls, token, waiter);
            return waiter.Task;
        }
    }
}
