using System.Reflection;
using Orleans;
using Orleans.Concurrency;

namespace Orchestration.Runtime.References;

/// <summary>What a grain method's attributes and types say; refuses methods that cannot be called remotely.</summary>
internal sealed record MethodTraits(
    string Id, bool AlwaysInterleave, bool ReadOnly, bool OneWay, bool Cancellable, bool ResultImmutable, bool CopiesArguments)
{
    /// <exception cref="ArgumentException">The method cannot be a grain method; the message says why.</exception>
    public static MethodTraits Of(MethodInfo method)
    {
        if (method.IsGenericMethodDefinition) throw Refused(method, "is generic");
        if (!IsTask(method.ReturnType)) throw Refused(method, $"returns {method.ReturnType.Name}, not Task or ValueTask");
        var parameters = method.GetParameters();
        if (parameters.FirstOrDefault(static parameter => parameter.ParameterType.IsByRef) is { } byRef)
            throw Refused(method, $"passes '{byRef.Name}' by reference");
        if (parameters.Count(static parameter => parameter.ParameterType == typeof(CancellationToken)) > 1)
            throw Refused(method, "has more than one CancellationToken");
        var id = method.GetCustomAttribute<AliasAttribute>()?.Alias ?? $"{method.Name}/{parameters.Length}";
        return new MethodTraits(
            id,
            method.IsDefined(typeof(AlwaysInterleaveAttribute)),
            method.IsDefined(typeof(ReadOnlyAttribute)),
            method.IsDefined(typeof(OneWayAttribute)),
            parameters.Any(static parameter => parameter.ParameterType == typeof(CancellationToken)),
            method.ReturnParameter.IsDefined(typeof(ImmutableAttribute), false) || IsSimple(ResultType(method.ReturnType)),
            parameters.Any(static parameter => !IsImmutable(parameter)));
    }

    /// <summary>Whether a parameter is passed within a silo as it is, whatever the serializer knows of its type.</summary>
    public static bool IsImmutable(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(CancellationToken)
        || parameter.IsDefined(typeof(ImmutableAttribute), false)
        || IsSimple(parameter.ParameterType);

    /// <summary>The result's type: <see cref="Messaging.Nothing"/> for a plain task.</summary>
    public static Type ResultType(Type returnType) =>
        returnType.IsGenericType ? returnType.GetGenericArguments()[0] : typeof(Messaging.Nothing);

    private static bool IsTask(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType
            && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>)));

    // Types for which asking the serializer would cost more than passing them; it answers for all others.
    private static bool IsSimple(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(Guid) || type == typeof(DateTime)
        || type == typeof(DateTimeOffset)
            || type == typeof(TimeSpan) || type == typeof(decimal) || type == typeof(Messaging.Nothing)
        || type.IsDefined(typeof(ImmutableAttribute), false);

    private static ArgumentException Refused(MethodInfo method, string why) =>
        new($"{method.DeclaringType}.{method.Name} cannot be a grain method: it {why}.");
}
