namespace Orchestration.Workflows;

/// <summary>
/// The engine gave no answer within the limit, so whether the request took effect is unknown. It may still do so; asking for the
/// workflow's description tells.
/// </summary>
public sealed class OutcomeUnknown(string request, WorkflowKey? key, TimeSpan limit, Exception? inner = null)
    : ApiFailure(
        $"No silo answered the {request}{(key is { } k ? $" of workflow '{k}'" : "")} within {limit.TotalSeconds:0.#} s; "
        + "whether it took effect is unknown.",
        inner)
{
    /// <summary>The instance that was asked, where one was.</summary>
    public WorkflowKey? Key { get; } = key;
}
