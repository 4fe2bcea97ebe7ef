using Orleans;

namespace Orchestration.Silo.Telemetry;

/// <summary>What a silo has done and is doing. The key is the silo's address with its generation.</summary>
[Alias("orchestration.silo-figures-of")]
public interface ISiloFiguresGrain : IGrainWithStringKey
{
    /// <summary>Reads it.</summary>
    [Alias("read")]
    Task<SiloFigures> ReadAsync();
}
