using System.Collections;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

/// <summary>What every log line of an attempt carries. Costs one object; the texts are made when a line is written.</summary>
internal sealed class AttemptLogScope(ActivityTask task) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 4;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("WorkflowId", task.Id.Workflow),
        1 => new("RunId", new RunId(task.Id.RunId)),
        2 => new("ActivityType", task.ActivityType),
        3 => new("Attempt", task.Id.Attempt),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{task.ActivityType} of {task.Id.Workflow}, attempt {task.Id.Attempt}";
}
