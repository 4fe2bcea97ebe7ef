namespace Orchestration.Runtime.Hosting;

/// <summary>Switches for tests of the runtime and of what runs on it.</summary>
internal sealed class RuntimeTestOptions
{
    /// <summary>
    /// Whether every call within the silo passes its arguments and result through bytes, to prove that they could cross a wire.
    /// </summary>
    public bool SerializeLocalCalls { get; set; }
}
