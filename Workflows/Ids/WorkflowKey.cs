namespace Orchestration.Workflows;

/// <summary>
/// The full name of a workflow instance: its namespace and its id. The grain key of an instance in the default namespace is the
/// id itself; in any other it is <c>@namespace:id</c> (an id that begins with <c>@</c> is written <c>@default:id</c>).
/// </summary>
public readonly record struct WorkflowKey
{
    /// <summary>The namespace of those who name none.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>The longest name of a namespace, in characters.</summary>
    public const int MaximumNamespaceLength = 100;

    /// <summary>Names an instance.</summary>
    /// <exception cref="InvalidIdentifier">A part is empty, too long, or has characters that are not allowed.</exception>
    public WorkflowKey(string @namespace, WorkflowId id)
    {
        if (Identifiers.NamespaceProblem(@namespace) is { } problem)
            throw new InvalidIdentifier("namespace", @namespace, problem);
        Namespace = @namespace;
        Id = id;
    }

    /// <summary>Names an instance in the default namespace.</summary>
    public WorkflowKey(string id) : this(DefaultNamespace, new WorkflowId(id))
    {
    }

    /// <summary>The namespace: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</summary>
    public string Namespace { get; }

    /// <summary>The id within the namespace.</summary>
    public WorkflowId Id { get; }

    /// <summary>The key of the instance's grain.</summary>
    public string ToGrainKey() =>
        Namespace == DefaultNamespace && Id.Value[0] != '@' ? Id.Value : $"@{Namespace}:{Id.Value}";

    /// <summary>Reads what <see cref="ToGrainKey"/> wrote.</summary>
    /// <exception cref="InvalidIdentifier">The key names no instance.</exception>
    public static WorkflowKey FromGrainKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length == 0 || key[0] != '@') return new WorkflowKey(key);
        var colon = key.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) throw new InvalidIdentifier("grain key", key,
            "it begins with '@' and names no namespace ('@namespace:id')");
        return new WorkflowKey(key[1..colon], new WorkflowId(key[(colon + 1)..]));
    }

    /// <inheritdoc/>
    public override string ToString() => Id.ToString().Length == 0 ? "" : ToGrainKey();
}
