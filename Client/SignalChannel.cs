using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>
/// The way of all signals from one client to one instance: one request at a time, and what is sent meanwhile goes together with
/// the next. So they arrive in the order in which they were sent, many callers cost few calls, and the highest number tells
/// repeats.
/// </summary>
internal sealed class SignalChannel(SignalChannels channels, WorkflowKey key)
{
    private const int LongestBatch = 500;
    private const long LargestBatch = 1 << 20;

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = new();
    private bool _sending;
    private bool _gone;

    /// <summary>Sends a signal; ends once it is durable.</summary>
    /// <returns>Null where this channel is gone and another one is to be used.</returns>
    public Task? TrySendAsync(SignalItem signal, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(signal);
        lock (_gate)
        {
            if (_gone) return null;
            _waiting.Enqueue(waiting);
            if (_sending) return waiting.Done.Task.WaitAsync(cancellationToken);
            _sending = true;
        }

        _ = PumpAsync();
        return waiting.Done.Task.WaitAsync(cancellationToken);
    }

    private async Task PumpAsync()
    {
        while (Take() is { } batch)
        {
            try
            {
                var reply = await channels.SendAsync(key, batch.Request);
                if (reply.Fault is { } fault) throw Faults.ToException(fault, key, null, null, batch.What);
                for (var i = 0; i < batch.Items.Count; i++) End(batch.Items[i], reply.Faults?[i]);
            }
            catch (Exception e)
            {
                // Whatever it is, it belongs to those who wait for these signals.
                foreach (var item in batch.Items) item.Done.TrySetException(e);
            }
        }
    }

    private void End(Waiting item, Fault? fault)
    {
        if (fault is null) item.Done.TrySetResult();
        else item.Done.TrySetException(Faults.ToException(fault, key, null, item.Signal.RunId is { } run ? new RunId(run) : null,
            $"arguments of signal '{item.Signal.Name}'"));
    }

    private Batch? Take()
    {
        var items = new List<Waiting>();
        lock (_gate)
        {
            for (var bytes = 0L; items.Count < LongestBatch && bytes < LargestBatch && _waiting.TryDequeue(out var next);)
            {
                items.Add(next);
                foreach (var argument in next.Signal.Arguments) bytes += argument.Data.Length;
            }

            if (items.Count == 0)
            {
                _sending = false;
                _gone = true;
                channels.Forget(key, this);
                return null;
            }
        }

        var signals = new SignalItem[items.Count];
        for (var i = 0; i < signals.Length; i++) signals[i] = items[i].Signal with { Number = channels.NextNumber() };

        return new Batch(items, new SignalRequest { Client = channels.Client, Signals = signals });
    }

    private sealed record Batch(List<Waiting> Items, SignalRequest Request)
    {
        public string What => Items.Count == 1 ? $"signal '{Items[0].Signal.Name}'" : $"{Items.Count} signals";
    }

    private sealed class Waiting(SignalItem signal)
    {
        public SignalItem Signal => signal;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
