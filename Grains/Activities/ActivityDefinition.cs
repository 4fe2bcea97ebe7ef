using System.Reflection;

namespace Orchestration.Grains.Activities;

/// <summary>One hosted activity: its name, and how it is called.</summary>
/// <param name="Name">The name stored in histories.</param>
/// <param name="Method">The interface method that declares it.</param>
/// <param name="Owner">How its class is made.</param>
/// <param name="TakesToken">Whether the method takes the attempt's token: without it none is made.</param>
/// <param name="Invoke">Decodes arguments, calls, encodes the result.</param>
internal sealed record ActivityDefinition(string Name, MethodInfo Method, ActivityClass Owner, bool TakesToken,
    ActivityInvoker Invoke)
{
    /// <summary>What the spans of its attempts are called.</summary>
    public string SpanName { get; } = $"activity {Name}";
}
