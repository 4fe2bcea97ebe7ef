namespace Orchestration.Workflows;

/// <summary>Names a workflow type. The name is stored with every run, so it stays when the class is renamed or moved.</summary>
/// <param name="name">The type's name, unique among those a silo hosts; 1 to 200 characters.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class WorkflowAttribute(string name) : Attribute
{
    /// <summary>The type's name.</summary>
    public string Name { get; } = name;
}
