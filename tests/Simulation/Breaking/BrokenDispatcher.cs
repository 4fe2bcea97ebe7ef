using Orchestration.Grains.Activities;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Placement;
using Orchestration.Simulation.Cluster;

namespace Orchestration.Simulation.Breaking;

/// <summary>How runs reach the hosts of their attempts, with one rule broken on the way.</summary>
internal sealed class BrokenDispatcher(SimCluster cluster, IActivityDispatcher inner) : IActivityDispatcher
{
    public ValueTask<DispatchReply[]> DispatchAsync(string host, ActivityTask[] tasks) =>
        inner.DispatchAsync(cluster.Broken == SimBreak.HostNotRecorded ? Other(host) : host, tasks);

    public ValueTask CancelAsync(string host, AttemptCancellation[] attempts) => inner.CancelAsync(host, attempts);

    public ValueTask<AttemptInquiryReply[]> InquireAsync(string host, AttemptId[] attempts, long fence) =>
        inner.InquireAsync(host, attempts, cluster.Broken == SimBreak.NeverSeenNotRefused ? long.MinValue : fence);

    private string Other(string host) =>
        cluster.Silos.Where(static s => s is { IsUp: true, IsLeaving: false }).Select(static s => SiloKey.Of(s.SiloAddress))
            .FirstOrDefault(s => s != host) ?? host;
}
