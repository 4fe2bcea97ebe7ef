using Microsoft.Extensions.Options;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Placement;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Runtime.Messaging;

/// <summary>
/// Brings calls to their grains: to an activation of this silo, one that is made for it, or another silo. Thread-safe.
/// </summary>
internal sealed class SiloRouter(
    ActivationCatalog catalog, GrainClassRegistry classes, PlacementService placement, ISiloPeers peers, PendingCalls clock,
    IOptions<SiloMessagingOptions> options, ILocalMembership membership, SiloFence fence) : IRequestRouter, IRequestReceiver
{
    private const int Ceiling = 100_000;
    private readonly int _limit = options.Value.MaxEnqueuedRequestsHardLimit is > 0 and var limit
        ? Math.Min(limit, Ceiling) : Ceiling;
    private readonly int _maxForwards = options.Value.MaxForwardCount;

    public void Send(Request request)
    {
        if (catalog.TryGet(request.Target, out var activation)) Deliver(activation, request);
        else Place(request);
    }

    /// <summary>Takes a call that came over a connection.</summary>
    public void Receive(Request request)
    {
        if (fence.IsClosed) Refuse(request);
        else if (clock.HasExpired(request))
            request.Fail(new TimeoutException($"{request.Method} of {request.Target} came too late."));
        else Send(request);
    }

    public void Cancel(Request request)
    {
        request.Cancel();
        if (request.ForwardCount > 0) peers.Cancel(request);
    }

    public void Forget(Request request)
    {
        // In an activation, it is dropped when its turn comes, since it is completed.
        if (request.ForwardCount > 0) peers.Forget(request);
    }

    private void Refuse(Request request) => request.Fail(new SiloUnavailableException(
        $"{placement.LocalSilo} does not serve: {fence.Reason} ({request.Method} of {request.Target})."));

    private void Deliver(Activation activation, Request request)
    {
        if (activation.Backlog >= _limit)
        {
            request.Fail(new LimitExceededException($"{_limit} calls wait for {request.Target}; no more are taken."));
            return;
        }

        activation.Turns.Enqueue(request);
    }

    private void Place(Request request)
    {
        if (!classes.TryGet(request.Target.Type, out var grainClass))
        {
            request.Fail(new ArgumentException(
                $"This silo has no grain class of type '{request.Target.Type}' ({request.Target})."));
            return;
        }

        if (fence.IsClosed)
        {
            Refuse(request);
            return;
        }

        // Whoever sent it may know more of the cluster than this silo.
        var placing = membership.CatchingUp is { } news
            ? PlaceAfterAsync(news, request, grainClass) : placement.PlaceAsync(request, grainClass);
        if (placing.IsCompletedSuccessfully) SendTo(placing.Result, request, grainClass);
        else _ = SendWhenPlacedAsync(placing, request, grainClass);
    }

    private async ValueTask<SiloAddress> PlaceAfterAsync(Task news, Request request, GrainClass grainClass)
    {
        await news;
        return await placement.PlaceAsync(request, grainClass);
    }

    private async Task SendWhenPlacedAsync(ValueTask<SiloAddress> placing, Request request, GrainClass grainClass)
    {
        try
        {
            SendTo(await placing, request, grainClass);
        }
        catch (Exception exception)
        {
            request.Fail(exception);
        }
    }

    private void SendTo(SiloAddress silo, Request request, GrainClass grainClass)
    {
        if (!silo.Equals(placement.LocalSilo))
        {
            // Back to the owner a moved grain's call may always go: there it stays.
            if (request.Forwards < _maxForwards || (request.IsPinned && placement.Owns(silo, request.Target)))
            {
                request.ForwardCount++;
                peers.Send(silo, request);
                return;
            }

            request.Fail(new OrleansMessageRejectionException(
                $"{request.Method} of {request.Target} was passed on too often."));
            return;
        }

        if (catalog.GetOrCreate(request.Target, grainClass) is { } activation)
        {
            if (request.IsPinned) activation.PinnedBy ??= placement.OwnerOf(request.Target);
            Deliver(activation, request);
            return;
        }

        request.Fail(new SiloUnavailableException(
            $"{silo} is shutting down and takes no call that needs a new activation."));
    }
}
