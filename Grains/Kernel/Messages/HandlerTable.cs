using System.Collections.Frozen;
using System.Reflection;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Messages;

/// <summary>The messages that a workflow class takes, read once when it is registered. Immutable.</summary>
internal sealed class HandlerTable
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private HandlerTable(Type workflow)
    {
        Probe = new StateProbe(workflow);
        var signals = new Dictionary<string, MessageHandler>(StringComparer.Ordinal);
        var updates = new Dictionary<string, MessageHandler>(StringComparer.Ordinal);
        var queries = new Dictionary<string, MessageHandler>(StringComparer.Ordinal);
        var validators = new Dictionary<string, MethodInfo>(StringComparer.Ordinal);
        var methods = workflow.GetMethods(All);
        foreach (var method in methods)
            if (method.GetCustomAttribute<UpdateValidatorAttribute>() is { } v) AddValidator(validators, method, v.Update);
        foreach (var method in methods)
        {
            if (method.GetCustomAttribute<SignalAttribute>() is { } signal) AddSignal(signals, method, signal);
            if (method.GetCustomAttribute<UpdateAttribute>() is { } update) AddUpdate(updates, validators, method, update);
            if (HandlerNames.QueryOf(method) is { } query) AddQuery(queries, method, Shown(method), query);
        }

        foreach (var property in workflow.GetProperties(All))
        {
            if (HandlerNames.QueryOf(property) is not { } query) continue;
            var shown = $"{property.DeclaringType}.{property.Name}";
            var getter = property.GetMethod
                ?? throw new InvalidRequest($"{shown} is a query that cannot be read: give it a getter.");
            AddQuery(queries, getter, shown, query);
        }

        if (validators.Count > 0)
            throw new InvalidRequest($"{Shown(validators.Values.First())} validates the update '{validators.Keys.First()}', "
                + $"which {workflow} does not have.");
        Signals = signals.ToFrozenDictionary(StringComparer.Ordinal);
        Updates = updates.ToFrozenDictionary(StringComparer.Ordinal);
        Queries = queries.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public FrozenDictionary<string, MessageHandler> Signals { get; }

    public FrozenDictionary<string, MessageHandler> Updates { get; }

    public FrozenDictionary<string, MessageHandler> Queries { get; }

    /// <summary>Takes the signals that no other handler takes; null where there is none.</summary>
    public MessageHandler? CatchAll { get; private set; }

    /// <summary>Notices what a query changes.</summary>
    public StateProbe Probe { get; }

    /// <summary>Reads a workflow class.</summary>
    /// <exception cref="InvalidRequest">A handler has a signature that it cannot have, or two have one name.</exception>
    /// <exception cref="InvalidIdentifier">A handler has a name that it cannot have.</exception>
    public static HandlerTable Of(Type workflow) => new(workflow);

    /// <summary>The handlers as callers are told of them; "none" where there are none.</summary>
    public static string Shown(IReadOnlyDictionary<string, MessageHandler> handlers) => handlers.Count == 0
        ? "none" : string.Join(", ", handlers.Values.Select(static h => h.Signature).Order(StringComparer.Ordinal));

    /// <summary>The handlers' parameters by their names, in order.</summary>
    public static IReadOnlyDictionary<string, string> ParametersOf(IReadOnlyDictionary<string, MessageHandler> handlers) =>
        handlers.OrderBy(static h => h.Key, StringComparer.Ordinal)
            .ToDictionary(static h => h.Key, static h => h.Value.Parameters);

    private void AddSignal(Dictionary<string, MessageHandler> signals, MethodInfo method, SignalAttribute signal)
    {
        Check(method, Shown(method), "signal");
        if (method.ReturnType != typeof(void) && method.ReturnType != typeof(Task))
            throw new InvalidRequest($"{Shown(method)} returns {method.ReturnType}; a signal's handler returns nothing or a "
                + "Task: a message with an answer is an [Update].");
        if (!signal.CatchAll)
        {
            var name = HandlerNames.SignalOf(method)!;
            Add(signals, name, MessageHandler.Of($"signal '{name}'", method, unfinished: signal.Unfinished), method, "signal");
            return;
        }

        if (!method.GetParameters().Select(static p => p.ParameterType).SequenceEqual(
            [typeof(string), typeof(IReadOnlyList<Payload>)]))
            throw new InvalidRequest($"{Shown(method)} is to take any signal: its parameters must be (string name, "
                + "IReadOnlyList<Payload> arguments).");
        if (CatchAll is not null) throw new InvalidRequest($"{Shown(method)}: a second handler is to take any signal.");
        CatchAll = MessageHandler.Of("signals", method, unfinished: signal.Unfinished, catchAll: true);
    }

    private static void AddUpdate(Dictionary<string, MessageHandler> updates, Dictionary<string, MethodInfo> validators,
        MethodInfo method, UpdateAttribute update)
    {
        Check(method, Shown(method), "update");
        var name = HandlerNames.UpdateOf(method)!;
        MessageHandler? validator = null;
        if (validators.Remove(name, out var found))
        {
            if (!found.GetParameters().Select(static p => p.ParameterType).SequenceEqual(
                method.GetParameters().Select(static p => p.ParameterType)))
                throw new InvalidRequest($"{Shown(found)} validates the update '{name}': it must have the parameters of "
                    + $"{Shown(method)}.");
            validator = MessageHandler.Of($"validator of update '{name}'", found);
        }

        Add(updates, name, MessageHandler.Of($"update '{name}'", method, validator, update.Unfinished), method, "update");
    }

    private static void AddValidator(Dictionary<string, MethodInfo> validators, MethodInfo method, string update)
    {
        Check(method, Shown(method), "validator");
        if (method.ReturnType != typeof(void)) throw new InvalidRequest(
            $"{Shown(method)} returns {method.ReturnType}; a validator returns nothing, and throws to reject.");
        if (!validators.TryAdd(update, method)) throw new InvalidRequest(
            $"{Shown(method)} is a second validator of the update '{update}': {Shown(validators[update])} is one already.");
    }

    private static void AddQuery(Dictionary<string, MessageHandler> queries, MethodInfo method, string shown, string name)
    {
        Check(method, shown, "query");
        if (method.ReturnType == typeof(void) || typeof(Task).IsAssignableFrom(method.ReturnType)
            || method.ReturnType == typeof(ValueTask)
            || (method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(ValueTask<>)))
            throw new InvalidRequest($"{shown} returns {method.ReturnType}; a query returns a value, at once.");
        Add(queries, name, MessageHandler.Of($"query '{name}'", method), method, "query");
    }

    private static void Add(Dictionary<string, MessageHandler> handlers, string name, MessageHandler handler, MethodInfo method,
        string kind)
    {
        if (!handlers.TryAdd(name, handler)) throw new InvalidRequest(
            $"{method.ReflectedType} has two handlers of the {kind} '{name}'; {Shown(method)} is one. Give it a name of its "
            + "own.");
    }

    private static void Check(MethodInfo method, string shown, string kind)
    {
        if (!method.IsPublic || method.IsStatic)
            throw new InvalidRequest($"{shown} is a {kind}: it must be public and not static.");
        if (method.IsGenericMethodDefinition) throw new InvalidRequest($"{shown} is a {kind} and cannot be generic.");
        foreach (var parameter in method.GetParameters())
        {
            var type = parameter.ParameterType;
            if (type.IsByRef || type.IsByRefLike || type.IsPointer || type == typeof(CancellationToken))
                throw new InvalidRequest(
                    $"{shown} has the parameter '{parameter.Name}' of type {type}, which no {kind} can carry.");
        }

        if (method.ReturnType.IsByRef || method.ReturnType.IsByRefLike || method.ReturnType == typeof(ValueTask)
            || (method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(ValueTask<>)))
            throw new InvalidRequest($"{shown} returns {method.ReturnType}, which no {kind} can.");
    }

    private static string Shown(MethodInfo method) => $"{method.DeclaringType}.{method.Name}";
}
