namespace Orchestration.Workflows;

/// <summary>
/// Something is wrong with the engine, its store or the deployed code. The code (<c>ORCHnnnn</c>) leads to a page with the
/// remedy.
/// </summary>
public class EngineFault : OrchestrationException
{
    /// <summary>Reports a fault.</summary>
    public EngineFault(string code, string message, Exception? inner = null) : base($"{code}: {message}", inner) => Code = code;

    /// <summary>The fault's code; its page is <c>docs/errors/{Code}.md</c>.</summary>
    public string Code { get; }
}
