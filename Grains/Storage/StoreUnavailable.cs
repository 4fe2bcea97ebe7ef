using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>The store could not be reached or did not answer. The outcome of a write is unknown; it may be repeated.</summary>
public sealed class StoreUnavailable(string message, Exception? inner = null)
    : EngineFault(FaultCodes.StoreUnavailable, message, inner);
