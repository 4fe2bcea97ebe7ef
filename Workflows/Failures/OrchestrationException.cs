namespace Orchestration.Workflows;

/// <summary>The base of all that the engine throws.</summary>
public abstract class OrchestrationException : Exception
{
    private protected OrchestrationException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
