using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>What the typed ways of sending need of a handle.</summary>
internal interface IMessageSender
{
    IPayloadConverter Converter { get; }

    Task SignalAsync(string signal, Payload[] arguments, CancellationToken cancellationToken);
}
