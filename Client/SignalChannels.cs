using System.Collections.Concurrent;
using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Client;

/// <summary>The channels of a client, one for each instance to which signals are under way.</summary>
internal sealed class SignalChannels(IGrainFactory grains, RequestSender sender)
{
    private readonly ConcurrentDictionary<WorkflowKey, SignalChannel> _channels = new();
    private long _number;

    /// <summary>The sender's id: of this client alone, since its channels alone keep its numbers in order.</summary>
    public Guid Client { get; } = Chance.NewGuid();

    /// <summary>A number for a new signal, higher than those before.</summary>
    public long NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>Sends a signal; ends once it is durable.</summary>
    /// <param name="key">The instance.</param>
    /// <param name="signal">The signal; the channel numbers it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task SendAsync(WorkflowKey key, SignalItem signal, CancellationToken cancellationToken)
    {
        while (true)
        {
            var channel = _channels.GetOrAdd(key, static (k, channels) => new SignalChannel(channels, k), this);
            if (channel.TrySendAsync(signal, cancellationToken) is { } sent) return sent;
            Forget(key, channel);
        }
    }

    /// <summary>Sends a batch until it is answered.</summary>
    public Task<SignalReply> SendAsync(WorkflowKey key, SignalRequest request)
    {
        var call = new Call(grains.GetGrain<IWorkflowMessagesGrain>(key.ToGrainKey()), request);
        return sender.SendAsync(
            "signal", key, call, static c => c.TryAsync(), static reply => reply.Fault, CancellationToken.None);
    }

    /// <summary>Drops an idle channel.</summary>
    public void Forget(WorkflowKey key, SignalChannel channel) => _channels.TryRemove(KeyValuePair.Create(key, channel));

    private sealed class Call(IWorkflowMessagesGrain grain, SignalRequest request)
    {
        private bool _sent;

        public Task<SignalReply> TryAsync()
        {
            var next = _sent ? request with { IsRepeat = true } : request;
            _sent = true;
            return grain.SignalAsync(next);
        }
    }
}
