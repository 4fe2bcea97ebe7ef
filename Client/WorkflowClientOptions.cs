using System.Reflection;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>How a client behaves. Read once, when the client is made.</summary>
public sealed class WorkflowClientOptions
{
    private readonly Dictionary<string, WorkflowShape> _known = new(StringComparer.Ordinal);

    /// <summary>The namespace of all instances that the client names. <c>default</c>.</summary>
    public string Namespace { get; set; } = WorkflowKey.DefaultNamespace;

    /// <summary>Encodes inputs and decodes results; must fit the silos'. JSON unless set.</summary>
    public IPayloadConverter PayloadConverter { get; set; } = JsonPayloadConverter.Default;

    /// <summary>The largest input in bytes that is sent; 2 MB. Silos have a limit of their own.</summary>
    public int MaximumPayloadBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>
    /// How long a request is repeated while no silo answers it, before <see cref="OutcomeUnknown"/> is thrown; of a wait for a
    /// result, how long after the last answer. 2 minutes. Waiting for a result as such has no limit but the caller's token.
    /// </summary>
    public TimeSpan RequestTimeLimit { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The wait before the first repeat of a request; it doubles up to <see cref="MaximumRepeatDelay"/>. 20 ms.
    /// </summary>
    public TimeSpan FirstRepeatDelay { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest wait between two repeats of a request. 250 ms.</summary>
    public TimeSpan MaximumRepeatDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Stand around the client's calls, the first one outermost.</summary>
    public IList<IClientInterceptor> Interceptors { get; } = [];

    /// <summary>
    /// Tells the client of a workflow class, so that handles which name it by text check inputs before they are sent. Typed
    /// handles need no such thing.
    /// </summary>
    public WorkflowClientOptions AddWorkflow<TWorkflow>() where TWorkflow : Workflow
    {
        Know(WorkflowShape.Of(typeof(TWorkflow)));
        return this;
    }

    /// <summary>
    /// Tells the client of every public workflow class of an assembly; see <see cref="AddWorkflow{TWorkflow}"/>.
    /// </summary>
    public WorkflowClientOptions AddWorkflowsFrom(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        foreach (var type in assembly.GetExportedTypes())
        {
            if (!type.IsSubclassOf(typeof(Workflow)) || type.IsAbstract || type.ContainsGenericParameters) continue;
            Know(WorkflowShape.Of(type));
        }

        return this;
    }

    internal WorkflowShape? Find(string workflowType) => _known.GetValueOrDefault(workflowType);

    internal void Validate()
    {
        _ = new WorkflowKey(Namespace, new WorkflowId("x"));
        if (PayloadConverter is null) throw new InvalidRequest("The client's PayloadConverter is null.");
        if (MaximumPayloadBytes <= 0)
            throw new InvalidRequest($"MaximumPayloadBytes is {MaximumPayloadBytes}; it must be positive.");
        RequirePositive(RequestTimeLimit, nameof(RequestTimeLimit));
        RequirePositive(FirstRepeatDelay, nameof(FirstRepeatDelay));
        RequirePositive(MaximumRepeatDelay, nameof(MaximumRepeatDelay));
    }

    // New runs take the highest version, so its input is what is checked.
    private void Know(WorkflowShape shape)
    {
        if (!_known.TryGetValue(shape.Name, out var known) || known.Version < shape.Version) _known[shape.Name] = shape;
    }

    private static void RequirePositive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero) throw new InvalidRequest($"{name} is {value}; it must be positive.");
    }
}
