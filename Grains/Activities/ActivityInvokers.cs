using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

/// <summary>Compiles an <see cref="ActivityInvoker"/> for an interface method, once, so that no call reflects.</summary>
internal static class ActivityInvokers
{
    private const BindingFlags Own = BindingFlags.NonPublic | BindingFlags.Static;

    /// <summary>Whether the return type is one that an activity may have.</summary>
    public static bool ReturnsTask(MethodInfo method) =>
        method.ReturnType == typeof(Task) || method.ReturnType == typeof(ValueTask)
        || (method.ReturnType.IsGenericType
            && (method.ReturnType.GetGenericTypeDefinition() == typeof(Task<>)
                || method.ReturnType.GetGenericTypeDefinition() == typeof(ValueTask<>)));

    /// <summary>Compiles the invoker of a method whose signature was found fit.</summary>
    public static ActivityInvoker Compile(MethodInfo method)
    {
        var instance = Expression.Parameter(typeof(object), "instance");
        var arguments = Expression.Parameter(typeof(Payload[]), "arguments");
        var converter = Expression.Parameter(typeof(IPayloadConverter), "converter");
        var token = Expression.Parameter(typeof(CancellationToken), "token");

        var parameters = method.GetParameters();
        var values = new Expression[parameters.Length];
        var count = 0;
        var required = 0;
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = parameters[i];
            if (parameter.ParameterType == typeof(CancellationToken))
            {
                values[i] = token;
                continue;
            }

            var fallback = parameter.HasDefaultValue ? DefaultOf(parameter) : Expression.Default(parameter.ParameterType);
            if (!parameter.HasDefaultValue) required = count + 1;
            values[i] = Expression.Call(
                Helper(nameof(Decode), parameter.ParameterType), arguments, Expression.Constant(count), Expression.Constant(
                    parameter.Name ?? ""), converter, fallback);
            count++;
        }

        var check = Expression.Call(Helper(nameof(CheckCount)), arguments, Expression.Constant(required), Expression.Constant(
            count));
        var call = Expression.Call(Expression.Convert(instance, method.DeclaringType!), method, values);
        var finish = Expression.Call(FinisherOf(method.ReturnType), call, converter);
        return Expression.Lambda<ActivityInvoker>(Expression.Block(check, finish), instance, arguments, converter,
            token).Compile();
    }

    private static Expression DefaultOf(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        return parameter.DefaultValue is { } value
            ? Expression.Convert(Expression.Constant(value is Enum
                ? Convert.ChangeType(value, Enum.GetUnderlyingType(value.GetType()), null) : value), type)
            : Expression.Default(type);
    }

    private static MethodInfo Helper(string name, params Type[] types)
    {
        var method = typeof(ActivityInvokers).GetMethod(name, Own)!;
        return types.Length == 0 ? method : method.MakeGenericMethod(types);
    }

    private static MethodInfo FinisherOf(Type returned)
    {
        if (returned == typeof(Task)) return Helper(nameof(FinishTaskAsync));
        if (returned == typeof(ValueTask)) return Helper(nameof(FinishValueTaskAsync));
        var result = returned.GetGenericArguments()[0];
        return Helper(returned.GetGenericTypeDefinition() == typeof(Task<>)
            ? nameof(FinishTaskOfAsync) : nameof(FinishValueTaskOfAsync), result);
    }

    private static void CheckCount(Payload[] arguments, int required, int maximum)
    {
        if (arguments.Length < required || arguments.Length > maximum)
        {
            throw new UnreadableArguments(
                $"{arguments.Length} arguments were sent; the method takes "
                + (required == maximum ? $"{maximum}." : $"{required} to {maximum}."));
        }
    }

    private static T? Decode<T>(Payload[] arguments, int index, string name, IPayloadConverter converter, T? fallback)
    {
        if (index >= arguments.Length) return fallback;
        object? value;
        try
        {
            value = converter.FromPayload(arguments[index], typeof(T));
        }
        catch (PayloadConversionFailed e)
        {
            throw new UnreadableArguments($"Argument {index + 1} ('{name}') cannot be read: {e.Message}", e);
        }

        return value switch
        {
            T fit => fit,
            null when default(T) is null => default,
            _ => throw new UnreadableArguments(
                $"Argument {index + 1} ('{name}') is {value?.GetType().ToString() ?? "null"}; {typeof(T)} is wanted."),
        };
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Payload> FinishTaskAsync(Task task, IPayloadConverter converter)
    {
        _ = converter;
        await task;
        return Payload.Null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Payload> FinishValueTaskAsync(ValueTask task, IPayloadConverter converter)
    {
        _ = converter;
        await task;
        return Payload.Null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Payload> FinishTaskOfAsync<T>(Task<T> task, IPayloadConverter converter) =>
        Encode(await task, converter);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Payload> FinishValueTaskOfAsync<T>(ValueTask<T> task, IPayloadConverter converter) =>
        Encode(await task, converter);

    private static Payload Encode<T>(T value, IPayloadConverter converter)
    {
        try
        {
            return converter.ToPayload(value, typeof(T));
        }
        catch (PayloadConversionFailed e)
        {
            throw new UnwritableResult($"The result cannot be written: {e.Message}", e);
        }
    }
}
