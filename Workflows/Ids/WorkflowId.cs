using System.Diagnostics.CodeAnalysis;

namespace Orchestration.Workflows;

/// <summary>
/// The application's own name for a workflow instance, unique in its namespace: 1 to 1,000 characters, no control characters and
/// no unpaired surrogates. Compared ordinally.
/// </summary>
public readonly record struct WorkflowId
{
    /// <summary>The longest id, in UTF-16 characters.</summary>
    public const int MaximumLength = 1000;

    private readonly string? _value;

    /// <summary>Takes an id as it is.</summary>
    /// <exception cref="InvalidIdentifier">The id is empty, too long, or has characters that are not allowed.</exception>
    public WorkflowId(string value)
    {
        if (Identifiers.Problem(value, MaximumLength) is { } problem) throw new InvalidIdentifier("workflow id", value, problem);
        _value = value;
    }

    /// <summary>The id's text.</summary>
    public string Value => _value ?? throw new InvalidOperationException("A default WorkflowId names nothing.");

    /// <summary>Whether the text would be accepted as an id.</summary>
    public static bool IsValid([NotNullWhen(true)] string? value) => Identifiers.Problem(value, MaximumLength) is null;

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";
}
