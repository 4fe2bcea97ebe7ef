namespace Orchestration.Workflows;

/// <summary>An answer of the engine's API that is not a result: the caller asked for what cannot be.</summary>
public abstract class ApiFailure : OrchestrationException
{
    private protected ApiFailure(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
