using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization.Codecs;

/// <summary>What is known of an exception that arrived.</summary>
internal sealed class ExceptionParts
{
    public string TypeName { get; set; } = "";

    public string? Message { get; set; }

    public string? Stack { get; set; }

    public List<Exception> Inner { get; } = [];

    public int Result { get; set; }

    /// <summary>The exception itself, its own members set, where its type has any.</summary>
    public Exception? Instance { get; set; }
}

/// <summary>A codec whose values' members can be written without their type.</summary>
internal interface IMembersCodec
{
    void WriteOwn(WireWriter writer, object value);

    object ReadOwn(WireReader reader);
}

/// <summary>
/// Makes exceptions again. Only types with [GenerateSerializer] and exceptions of the framework (System, Microsoft) that are
/// loaded already are made; any other becomes an <see cref="UnavailableExceptionFallbackException"/>.
/// </summary>
internal static class ExceptionTypes
{
    private const int MaxRemembered = 1024;

    private static readonly ConcurrentDictionary<string, Type?> s_framework = new(StringComparer.Ordinal);
    private static readonly ConditionalWeakTable<WireSerializer, ConcurrentDictionary<Type, IMembersCodec?>> s_members = [];

    /// <summary>How a type's own members are written; null for one without [GenerateSerializer].</summary>
    public static IMembersCodec? MembersOf(Type type, WireSerializer serializer) =>
        s_members.GetOrCreateValue(serializer).GetOrAdd(type, static (key, owner) => !WireShape.IsSerializable(key)
            ? null
            : (IMembersCodec)Activator.CreateInstance(typeof(ObjectCodec<>).MakeGenericType(key), WireShape.Of(key), owner)!,
            serializer);

    public static Type? Find(string name, WireTypeNames names)
    {
        var type = names.Find(name) ?? FindFramework(name);
        return type is { IsAbstract: false, ContainsGenericParameters: false } && type.IsAssignableTo(typeof(Exception))
            ? type : null;
    }

    public static Exception Make(ExceptionParts parts, WireTypeNames names)
    {
        var inner = parts.Inner.Count > 0 ? parts.Inner[0] : null;
        var exception = parts.Instance ?? (Find(parts.TypeName, names) is { } type
            ? Make(type, parts, inner)
            : new UnavailableExceptionFallbackException(parts.Message ?? "", inner!) { ExceptionType = parts.TypeName });
        Message(exception) = parts.Message;
        if (exception.InnerException is null) Inner(exception) = inner;
        exception.HResult = parts.Result;
        if (!string.IsNullOrEmpty(parts.Stack)) ExceptionDispatchInfo.SetRemoteStackTrace(exception, parts.Stack);
        return exception;
    }

    private static Exception Make(Type type, ExceptionParts parts, Exception? inner)
    {
        if (type == typeof(AggregateException)) return new AggregateException(parts.Message, parts.Inner);
        try
        {
            return Construct(type, parts, inner);
        }
        catch (TargetInvocationException)
        {
            // A constructor that refuses what it is given must not hide the error that it is to carry.
            return (Exception)RuntimeHelpers.GetUninitializedObject(type);
        }
    }

    private static Exception Construct(Type type, ExceptionParts parts, Exception? inner)
    {
        if (type.GetConstructor([typeof(string), typeof(Exception)]) is { } full)
            return (Exception)full.Invoke([parts.Message, inner]);
        if (type.GetConstructor([typeof(string)]) is { } text) return (Exception)text.Invoke([parts.Message]);
        if (type.GetConstructor([]) is { } plain) return (Exception)plain.Invoke([]);
        return (Exception)RuntimeHelpers.GetUninitializedObject(type);
    }

    private static Type? FindFramework(string name)
    {
        if (!name.StartsWith("System.", StringComparison.Ordinal)
            && !name.StartsWith("Microsoft.", StringComparison.Ordinal))
            return null;
        if (s_framework.TryGetValue(name, out var known)) return known;
        var type = AppDomain.CurrentDomain.GetAssemblies()
            .Where(static assembly => assembly.GetName().Name is { } owner
                && (owner.StartsWith("System", StringComparison.Ordinal)
                    || owner.StartsWith("Microsoft.", StringComparison.Ordinal)))
            .Select(assembly => assembly.GetType(name, throwOnError: false))
            .FirstOrDefault(static candidate => candidate is not null && candidate.IsAssignableTo(typeof(Exception)));
        if (s_framework.Count < MaxRemembered) s_framework.TryAdd(name, type);
        return type;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    private static extern ref string? Message(Exception exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerException")]
    private static extern ref Exception? Inner(Exception exception);
}
