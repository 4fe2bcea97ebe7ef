using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Membership;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Hosting;

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed partial class SiloHostedService(
    SiloLifecycle lifecycle, IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants, ILocalSiloDetails local,
    SiloFence fence, TimeProvider time, ILogger<SiloHostedService> logger) : IHostedService
{
    private static readonly TimeSpan s_patienceOfTheDead = TimeSpan.FromSeconds(1);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var participant in participants) participant.Participate(lifecycle);
        await lifecycle.StartAsync(cancellationToken);
        Started(logger, local.Name, local.SiloAddress, local.ClusterId);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Stopping(logger, local.Name);

        // One that is no member any more has nothing to hand over, and nobody listens: what it would wait for does not come, and
        // the sooner it is gone the sooner its successor is there.
        using var limit = new CancellationTokenSource(
            fence.State == FenceState.Fenced ? s_patienceOfTheDead : Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await lifecycle.StopAsync(either.Token);
        Stopped(logger, local.Name);
    }
}
