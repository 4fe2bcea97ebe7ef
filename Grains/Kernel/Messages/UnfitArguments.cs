namespace Orchestration.Grains.Kernel.Messages;

/// <summary>A message's arguments are not those that its handler takes.</summary>
internal sealed class UnfitArguments(string message, Exception? inner = null) : Exception(message, inner);
