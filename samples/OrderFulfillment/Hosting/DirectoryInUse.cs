namespace Orchestration.OrderFulfillment.Hosting;

/// <summary>The data directory cannot be used as asked; the message says why, and what to do.</summary>
public sealed class DirectoryInUse(string message) : Exception(message);
