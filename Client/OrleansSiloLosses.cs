#if ORLEANS
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Client;

/// <summary>
/// Hears that a silo is gone which the cluster had: calls that a gateway had passed on to it are lost, and the connection to the
/// gateway tells nothing of that. Orleans' client knows the silos by the cluster's manifest, which it asks its gateway for.
/// </summary>
internal sealed class OrleansSiloLosses(IClusterManifestProvider manifests, GatewayLosses losses)
    : ILifecycleParticipant<IClusterClientLifecycle>, IDisposable
{
    /// <summary>How often the client asks, where the application does not say: one small call, to one gateway.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private Task _following = Task.CompletedTask;

    /// <inheritdoc/>
    /// <remarks>Of clients alone: a silo's own calls are ended by Orleans when their silo is.</remarks>
    public void Participate(IClusterClientLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(OrleansSiloLosses), ServiceLifecycleStage.RuntimeServices,
        _ =>
        {
            _following = FollowAsync();
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stopping.CancelAsync();
            await _following;
        });

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task FollowAsync()
    {
        HashSet<SiloAddress> known = [];
        try
        {
            await foreach (var manifest in manifests.Updates.WithCancellation(_stopping.Token))
            {
                if (!known.IsSubsetOf(manifest.Silos.Keys)) losses.Report();
                known = [.. manifest.Silos.Keys];
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The client stops.
        }
    }
}
#endif
