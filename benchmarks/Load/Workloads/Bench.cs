using System.Globalization;
using Orchestration.Benchmarks.Load.Hosting;
using Orchestration.Benchmarks.Load.Measuring;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>What a workload runs on.</summary>
internal sealed record Bench(LoadOptions Options, SiloProcess Silo, LoadClient Client)
{
    /// <summary>Makes this run's workflow ids unlike any other's.</summary>
    public string Tag { get; } = Random.Shared.Next(0x1000000).ToString("x6", CultureInfo.InvariantCulture);

    /// <summary>A meter over both processes.</summary>
    public Meter NewMeter() => new(new Dictionary<string, int> { ["server"] = Silo.Id, ["client"] = Environment.ProcessId });
}
