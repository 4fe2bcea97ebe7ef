using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>
/// The store cannot be opened as it stands: too new, in use, on an unfit file system, restored without consent, or damaged; the
/// code says which. Nothing was changed.
/// </summary>
public sealed class StoreRefused(string code, string message, Exception? inner = null) : EngineFault(code, message, inner);
