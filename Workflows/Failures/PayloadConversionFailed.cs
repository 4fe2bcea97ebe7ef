namespace Orchestration.Workflows;

/// <summary>A value could not be turned into a payload, or a payload into the wanted type.</summary>
public sealed class PayloadConversionFailed(string message, Exception? inner = null) : ApiFailure(message, inner);
