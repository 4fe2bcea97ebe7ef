using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Serialization;

namespace Orchestration.Simulation.Cluster;

/// <summary>What says nothing but what the code is, made once for all silos of all worlds.</summary>
internal static class SimShared
{
    public static WireSerializer Serializer { get; } = new();

    public static GrainClassRegistry Classes { get; } = new();
}
