using System.Reflection;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>What a client needs to know of a workflow class.</summary>
/// <param name="Name">The name under which silos host it.</param>
/// <param name="Input">Its input's type.</param>
/// <param name="Output">Its output's type.</param>
/// <param name="Version">The version of its code.</param>
internal sealed record WorkflowShape(string Name, Type Input, Type Output, int Version = 1)
{
    /// <summary>The longest name of a workflow type, in characters.</summary>
    public const int MaximumNameLength = 200;

    /// <summary>Reads a workflow class.</summary>
    /// <exception cref="InvalidRequest">It is none.</exception>
    public static WorkflowShape Of(Type type)
    {
        var candidate = type;
        while (candidate is not null && !(candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(Workflow<,>)))
            candidate = candidate.BaseType;
        if (candidate is null || type.IsAbstract)
            throw new InvalidRequest($"{type} is no workflow: name a concrete class derived from Workflow<TInput, TOutput>.");
        var arguments = candidate.GetGenericArguments();
        var given = type.GetCustomAttribute<WorkflowAttribute>();
        return new WorkflowShape(given?.Name ?? type.Name, arguments[0], arguments[1], given?.Version ?? 1);
    }

    /// <summary>Refuses an input that the workflow could not read.</summary>
    public void CheckInput(object? input)
    {
        if (input is null)
        {
            if (Input.IsValueType && Nullable.GetUnderlyingType(Input) is null)
                throw new InvalidRequest($"Workflow '{Name}' takes {Input}; null is none.");
        }
        else if (input is not Payload && !Input.IsInstanceOfType(input))
        {
            throw new InvalidRequest($"Workflow '{Name}' takes {Input}; the given input is {input.GetType()}.");
        }
    }

    /// <summary>The shape of one class, read once.</summary>
    public static class For<TWorkflow> where TWorkflow : Workflow
    {
        /// <summary>The shape.</summary>
        public static WorkflowShape Value => field ??= Of(typeof(TWorkflow));
    }
}
