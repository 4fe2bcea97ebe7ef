namespace Orchestration.Workflows;

/// <summary>
/// Names a workflow type, and the version of its code. Both are stored with every run, so they stay when the class is renamed or
/// moved.
/// </summary>
/// <remarks>
/// Several classes may share a name under different versions: a new run takes the highest one that its silo hosts, or the one
/// that its start names; a run that has started keeps to its version for ever, and stalls (ORCH0004) where no silo hosts it. A
/// class stays deployed until no run of its version is open. A run that continues as new moves to the highest version, unless
/// its start named one.
/// </remarks>
/// <param name="name">The type's name, unique (with the version) among those a silo hosts; 1 to 200 characters.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class WorkflowAttribute(string name) : Attribute
{
    /// <summary>The type's name.</summary>
    public string Name { get; } = name;

    /// <summary>The version of the code, from 1. 1 unless set.</summary>
    public int Version { get; init; } = 1;
}
