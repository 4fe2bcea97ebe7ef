using Orchestration.Grains.Placement;
using Orleans;
using Orleans.Concurrency;

namespace Orchestration.Silo.Telemetry;

/// <summary>The door of a silo's figures for the other silos.</summary>
[Reentrant, SiloBoundPlacement]
internal sealed class SiloFiguresGrain(FigureReader figures) : Grain, ISiloFiguresGrain
{
    /// <inheritdoc/>
    public Task<SiloFigures> ReadAsync() => Task.FromResult(figures.Read());
}
