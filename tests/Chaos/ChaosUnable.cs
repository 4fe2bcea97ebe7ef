namespace Orchestration.Chaos;

/// <summary>Something is missing without which no fault can be made; the message says what to do.</summary>
internal sealed class ChaosUnable(string message) : Exception(message);
