namespace Orchestration.Runtime.Activations;

/// <summary>The load that the garbage collector measures, a container's limit included.</summary>
internal sealed class ProcessMemoryGauge : IMemoryGauge
{
    public double UsedPercentage
    {
        get
        {
            var info = GC.GetGCMemoryInfo(GCKind.Any);
            if (info.TotalAvailableMemoryBytes <= 0) return 0;

            // The collector's own figure is as old as the last collection; what the process allocated since counts as well.
            var used = Math.Max(GC.GetTotalMemory(forceFullCollection: false), info.HeapSizeBytes);
            return 100.0 * used / info.TotalAvailableMemoryBytes;
        }
    }
}
