namespace Orchestration.Storage.Moving;

/// <summary>A move cannot begin or go on; the message says why and what to do. Nothing was removed from the source.</summary>
public sealed class MoveFailed(string message) : Exception(message);
