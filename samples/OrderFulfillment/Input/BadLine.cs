namespace Orchestration.OrderFulfillment.Input;

/// <summary>What is wrong with the line being read.</summary>
internal sealed class BadLine(string reason) : Exception(reason);
