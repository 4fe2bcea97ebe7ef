using System.Linq.Expressions;
using System.Reflection;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Messages;

/// <summary>One handler of messages: what it takes, how it is called, what it returns. Compiled once a workflow class.</summary>
internal sealed class MessageHandler
{
    private readonly HandlerParameter[] _parameters;
    private readonly int _required;
    private readonly Func<object, object?[], object?> _call;

    private MessageHandler(string what, HandlerParameter[] parameters, Func<object, object?[], object?> call)
    {
        What = what;
        _parameters = parameters;
        _call = call;
        _required = Array.FindLastIndex(parameters, static p => !p.IsOptional) + 1;
    }

    /// <summary>The kind and name, for errors: <c>signal 'approve'</c>.</summary>
    public string What { get; }

    /// <summary>What the handler returns, tasks unwrapped; null for nothing.</summary>
    public Type? ResultType { get; private init; }

    /// <summary>Whether it returns a task that is to be awaited.</summary>
    public bool IsAsync { get; private init; }

    /// <summary>Reads the value of an ended task; null where there is none to read.</summary>
    public Func<Task, object?>? ResultOf { get; private init; }

    public UnfinishedHandlers Unfinished { get; init; }

    /// <summary>Whether it takes the name and all arguments of any signal.</summary>
    public bool IsCatchAll { get; init; }

    /// <summary>The validator, of an update.</summary>
    public MessageHandler? Validator { get; init; }

    /// <summary>Its name and parameters, as callers are told.</summary>
    public string Signature => What + Parameters;

    /// <summary>Its parameters, in brackets.</summary>
    public string Parameters =>
        $"({string.Join(", ", _parameters.Select(static p => $"{HandlerNaming.Of(p.Type)} {p.Name}"))})";

    /// <summary>The handler that a method is.</summary>
    public static MessageHandler Of(string what, MethodInfo method, MessageHandler? validator = null,
        UnfinishedHandlers unfinished = default, bool catchAll = false)
    {
        var returned = method.ReturnType;
        var isAsync = typeof(Task).IsAssignableFrom(returned);
        var result = returned == typeof(void) || returned == typeof(Task) ? null
            : isAsync ? returned.GetGenericArguments()[0] : returned;
        return new MessageHandler(what, [.. method.GetParameters().Select(static p => new HandlerParameter(p))], Compile(method))
        {
            ResultType = result,
            IsAsync = isAsync,
            ResultOf = isAsync && result is not null ? CompileResult(result) : null,
            Validator = validator,
            Unfinished = unfinished,
            IsCatchAll = catchAll,
        };
    }

    /// <summary>A handler of signals that code gives.</summary>
    public static MessageHandler Of(string what, Type[] parameters, Func<object?[], object?> handler) =>
        new(what, Named(parameters), (_, a) => handler(a)) { IsAsync = true };

    /// <summary>A handler of updates that code gives.</summary>
    public static MessageHandler Of(string what, Type[] parameters, Func<object?[], Task<object?>> handler, Type? result,
        Action<object?[]>? validator) => new(what, Named(parameters), (_, a) => handler(a))
        {
            IsAsync = true,
            ResultType = result,
            ResultOf = static task => ((Task<object?>)task).Result,
            Validator = validator is null ? null : new MessageHandler($"validator of {what}", Named(parameters), (_, a) =>
            {
                validator(a);
                return null;
            }),
        };

    /// <summary>A handler of queries that code gives.</summary>
    public static MessageHandler Of(string what, Type[] parameters, Func<object?[], object?> handler, Type result) =>
        new(what, Named(parameters), (_, a) => handler(a)) { ResultType = result };

    /// <summary>A handler of all signals that code gives.</summary>
    public static MessageHandler CatchAll(Func<string, IReadOnlyList<Payload>, Task> handler) =>
        new("signals", [], (_, a) => handler((string)a[0]!, (IReadOnlyList<Payload>)a[1]!)) { IsAsync = true, IsCatchAll = true };

    /// <summary>Reads a message's arguments.</summary>
    /// <exception cref="UnfitArguments">They are not what the handler takes.</exception>
    public object?[] Decode(string name, IReadOnlyList<Payload> arguments, IPayloadConverter converter)
    {
        if (IsCatchAll) return [name, arguments];
        if (arguments.Count < _required || arguments.Count > _parameters.Length)
        {
            var wanted = _required == _parameters.Length ? $"{_required}" : $"{_required} to {_parameters.Length}";
            throw new UnfitArguments($"{Signature} takes {wanted} arguments; {arguments.Count} were sent.");
        }

        if (_parameters.Length == 0) return [];
        var decoded = new object?[_parameters.Length];
        for (var i = 0; i < decoded.Length; i++)
            decoded[i] = i < arguments.Count ? Decode(_parameters[i], i, arguments[i], converter) : _parameters[i].Default;
        return decoded;
    }

    /// <summary>Runs it up to its first wait.</summary>
    public object? Call(Workflow workflow, object?[] arguments) => _call(workflow, arguments);

    private static HandlerParameter[] Named(Type[] parameters) =>
        [.. parameters.Select(static (t, i) => new HandlerParameter(t, $"argument{i + 1}"))];

    private object? Decode(HandlerParameter parameter, int index, Payload payload, IPayloadConverter converter)
    {
        object? value;
        try
        {
            value = converter.FromPayload(payload, parameter.Type);
        }
        catch (Exception e)
        {
            // Constructors and converters of the application run here, and may throw anything.
            throw new UnfitArguments($"{Signature}: argument {index + 1} ('{parameter.Name}') cannot be read: {e.Message}", e);
        }

        if (value is null ? parameter.TakesNull : parameter.Type.IsInstanceOfType(value)) return value;
        throw new UnfitArguments($"{Signature}: argument {index + 1} ('{parameter.Name}') is {value?.GetType().Name ?? "null"}.");
    }

    private static Func<object, object?[], object?> Compile(MethodInfo method)
    {
        var target = Expression.Parameter(typeof(object), "target");
        var arguments = Expression.Parameter(typeof(object?[]), "arguments");
        var values = method.GetParameters().Select((p, i) => (Expression)Expression.Convert(
            Expression.ArrayIndex(arguments, Expression.Constant(i)), p.ParameterType));
        Expression call = Expression.Call(Expression.Convert(target, method.DeclaringType!), method, values);
        call = method.ReturnType == typeof(void)
            ? Expression.Block(call, Expression.Constant(null)) : Expression.Convert(call, typeof(object));
        return Expression.Lambda<Func<object, object?[], object?>>(call, target, arguments).Compile();
    }

    private static Func<Task, object?> CompileResult(Type result)
    {
        var task = Expression.Parameter(typeof(Task), "task");
        var value = Expression.Property(Expression.Convert(task, typeof(Task<>).MakeGenericType(result)),
            nameof(Task<object>.Result));
        return Expression.Lambda<Func<Task, object?>>(Expression.Convert(value, typeof(object)), task).Compile();
    }

    private sealed class HandlerParameter
    {
        public HandlerParameter(ParameterInfo parameter)
            : this(parameter.ParameterType, parameter.Name ?? $"argument{parameter.Position + 1}")
        {
            IsOptional = parameter.HasDefaultValue;
            if (!IsOptional) return;
            Default = parameter.DefaultValue ?? (Type.IsValueType && Nullable.GetUnderlyingType(Type) is null
                ? Activator.CreateInstance(Type) : null);
            var type = Nullable.GetUnderlyingType(Type) ?? Type;
            if (type.IsEnum && Default is not null) Default = Enum.ToObject(type, Default);
        }

        public HandlerParameter(Type type, string name)
        {
            Type = type;
            Name = name;
            TakesNull = !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
        }

        public Type Type { get; }

        public string Name { get; }

        public bool TakesNull { get; }

        public bool IsOptional { get; }

        public object? Default { get; }
    }
}
