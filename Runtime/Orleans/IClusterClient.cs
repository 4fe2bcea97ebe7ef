namespace Orleans;

/// <summary>
/// Calls grains from code that is not a grain: within a silo's host, or in another process through a gateway. Thread-safe.
/// </summary>
public interface IClusterClient : IGrainFactory
{
    /// <summary>The services of the host.</summary>
    IServiceProvider ServiceProvider { get; }
}
