using System.Diagnostics.CodeAnalysis;

namespace Orchestration.Workflows;

/// <summary>
/// Ends the run and lets the instance go on in a new run with a history of its own; made by
/// <see cref="WorkflowContext.ContinueAsNew{TWorkflow}"/> and thrown by workflow code. Not a failure: code that catches
/// exceptions lets
/// it pass.
/// </summary>
[SuppressMessage("Naming", "CA1711", Justification = "It is the field's term, and no new form of another type.")]
public sealed class ContinueAsNew : Exception
{
    internal ContinueAsNew(string workflowType, Payload input)
        : base($"The run continues as a new run of '{workflowType}'.")
    {
        WorkflowType = workflowType;
        Input = input;
    }

    /// <summary>The new run's workflow type.</summary>
    public string WorkflowType { get; }

    /// <summary>Its input.</summary>
    public Payload Input { get; }
}
