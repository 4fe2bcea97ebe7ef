namespace Orchestration.Workflows;

/// <summary>
/// A request that cannot be carried out as it stands: a wrong argument type, a negative timeout, options that contradict. Nothing
/// was written.
/// </summary>
public sealed class InvalidRequest(string message, Exception? inner = null) : ApiFailure(message, inner);
