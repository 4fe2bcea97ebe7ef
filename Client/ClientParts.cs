using Orleans;

namespace Orchestration.Client;

/// <summary>What a client's handles share.</summary>
internal sealed record ClientParts(
    IGrainFactory Grains, WorkflowClientOptions Options, RequestSender Sender, ResultWaiter Results,
    IReadOnlyList<IClientInterceptor> Interceptors, SignalChannels Signals, SenderLanes Lanes, HubWaiter Hubs);
