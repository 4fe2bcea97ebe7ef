namespace Orchestration.Silo.Assemblies;

/// <summary>An assembly that was given to the silo cannot be hosted; the message says why and what to do.</summary>
internal sealed class WorkflowAssemblyException(string message, Exception? inner = null) : Exception(message, inner);
