using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Membership;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Placement;

/// <summary>
/// Ends the activations that belong to another silo since the membership has changed, a bounded number at a time. Calls that come
/// meanwhile wait for the end and then go there.
/// </summary>
internal sealed partial class RingHandover(
    ActivationCatalog catalog, SiloRing ring, ILocalSiloDetails local, SiloFence fence, ILogger<RingHandover> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int Concurrent = 256;

    private readonly CancellationTokenSource _stopping = new();
    private Task _following = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe<RingHandover>(
            ServiceLifecycleStage.BecomeActive,
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
    }

    public void Dispose() => _stopping.Dispose();

    private async Task FollowAsync()
    {
        SiloAddress[] before = [];
        try
        {
            await foreach (var _ in ring.Updates.WithCancellation(_stopping.Token))
            {
                var silos = ring.Silos;
                if (!before.SequenceEqual(silos) && silos.Length > 1) await TryHandOverAsync();
                before = silos;
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The silo stops, and all its activations with it.
        }
    }

    // What is left behind still answers, and moves with the next change.
    private async Task TryHandOverAsync()
    {
        try
        {
            await HandOverAsync();
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            Failed(logger, exception);
        }
    }

    private async Task HandOverAsync()
    {
        using var slots = new SemaphoreSlim(Concurrent);
        var count = 0;
        foreach (var activation in catalog.All)
        {
            if (!BelongsElsewhere(activation)) continue;
            await slots.WaitAsync(_stopping.Token);
            _ = EndAsync(activation, slots);
            count++;
        }

        for (var i = 0; i < Concurrent; i++) await slots.WaitAsync(_stopping.Token);
        if (count > 0) HandedOver(logger, count);
    }

    // One that is here by a hint stays as long as the silo that has the hint owns its hash: another owner knows nothing of it,
    // and two silos would have the grain.
    private bool BelongsElsewhere(Activation activation) =>
        !fence.IsClosed
        && activation.Class.Placement is null or HashBasedPlacement
        && ring.OwnerOf(activation.GrainId) is { } owner && !owner.Equals(local.SiloAddress)
        && !owner.Equals(activation.PinnedBy);

    private async Task EndAsync(Activation activation, SemaphoreSlim slots)
    {
        try
        {
            activation.Deactivate(
                new(DeactivationReasonCode.Migrating, "The membership has changed: another silo owns the grain."));
            await activation.Deactivated.WaitAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
        finally
        {
            if (!_stopping.IsCancellationRequested) slots.Release();
        }
    }
}
