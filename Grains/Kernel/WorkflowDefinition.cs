using System.Linq.Expressions;
using System.Reflection;
using Orchestration.Grains.Kernel.Messages;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

/// <summary>One workflow class and how to make an instance of it.</summary>
public sealed class WorkflowDefinition
{
    private readonly Func<Workflow> _create;

    private WorkflowDefinition(Type type, string name, int version, Func<Workflow> create)
    {
        Class = type;
        Name = name;
        Version = version;
        _create = create;
        var sample = type;
        while (!(sample.IsGenericType && sample.GetGenericTypeDefinition() == typeof(Workflow<,>))) sample = sample.BaseType!;
        InputType = sample.GetGenericArguments()[0];
        OutputType = sample.GetGenericArguments()[1];
        Handlers = HandlerTable.Of(type);
    }

    /// <summary>The class.</summary>
    public Type Class { get; }

    /// <summary>The name stored with runs.</summary>
    public string Name { get; }

    /// <summary>The version of its code, stored with runs.</summary>
    public int Version { get; }

    /// <summary>The input's type.</summary>
    public Type InputType { get; }

    /// <summary>The output's type.</summary>
    public Type OutputType { get; }

    /// <summary>
    /// The signals that the class has handlers for, by name, each with its parameters: <c>(string by)</c>. Those that its code
    /// gives handlers for while it runs are not among them.
    /// </summary>
    public IReadOnlyDictionary<string, string> Signals => HandlerTable.ParametersOf(Handlers.Signals);

    /// <summary>The updates, likewise.</summary>
    public IReadOnlyDictionary<string, string> Updates => HandlerTable.ParametersOf(Handlers.Updates);

    /// <summary>The queries, likewise.</summary>
    public IReadOnlyDictionary<string, string> Queries => HandlerTable.ParametersOf(Handlers.Queries);

    /// <summary>The messages that it takes.</summary>
    internal HandlerTable Handlers { get; }

    /// <summary>
    /// What is wrong with a signal's arguments by the handler that the class has for it; null where nothing is, or where code has
    /// yet to give a handler.
    /// </summary>
    public string? ProblemOf(SignalRun signal, IPayloadConverter converter)
    {
        ArgumentNullException.ThrowIfNull(signal);
        if (!Handlers.Signals.TryGetValue(signal.Name, out var handler)) return null;
        try
        {
            handler.Decode(signal.Name, signal.Arguments, converter);
            return null;
        }
        catch (UnfitArguments e)
        {
            return e.Message;
        }
    }

    /// <summary>Reads a workflow class.</summary>
    /// <exception cref="InvalidRequest">It is none, has no public constructor without parameters, or a handler of messages that
    /// cannot be one.</exception>
    public static WorkflowDefinition Of(Type type)
    {
        if (!type.IsSubclassOf(typeof(Workflow)) || type.IsAbstract || type.ContainsGenericParameters)
            throw new InvalidRequest($"{type} is no workflow: derive a concrete class from Workflow<TInput, TOutput>.");
        if (type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            throw new InvalidRequest(
                $"{type} has no public constructor without parameters. Workflows take no dependencies; activities do.");
        var given = type.GetCustomAttribute<WorkflowAttribute>();
        var name = given?.Name ?? type.Name;
        if (string.IsNullOrWhiteSpace(name) || name.Length > 200)
            throw new InvalidRequest($"{type} has the workflow name '{name}'; 1 to 200 characters are allowed.");
        if (given is { Version: < 1 })
            throw new InvalidRequest($"{type} has the workflow version {given.Version}; versions are numbered from 1.");
        return new WorkflowDefinition(
            type, name, given?.Version ?? 1, Expression.Lambda<Func<Workflow>>(Expression.New(constructor)).Compile());
    }

    internal Workflow Create() => _create();
}
