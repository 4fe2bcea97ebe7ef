using System.Collections.Concurrent;
using Orchestration.Runtime.Membership;

namespace Orchestration.Runtime.Peers;

/// <summary>The probes of one connection that wait for an answer. Thread-safe.</summary>
internal sealed class PeerProbes
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<ProbeOutcome>> _open = new();
    private long _last;

    public int Count => _open.Count;

    /// <summary>
    /// Sends a probe under a number of its own and waits for the answer that carries it; once that is cancelled, there is none.
    /// </summary>
    public async Task<ProbeOutcome> AskAsync(Func<long, bool> send, CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref _last);
        var answer = new TaskCompletionSource<ProbeOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[number] = answer;
        try
        {
            if (!send(number)) return ProbeOutcome.NoAnswer;
            await using var given = cancellation.UnsafeRegister(
                static waiting => ((TaskCompletionSource<ProbeOutcome>)waiting!).TrySetResult(ProbeOutcome.NoAnswer), answer);
            return await answer.Task;
        }
        finally
        {
            _open.TryRemove(number, out _);
        }
    }

    public void Answer(long number, ProbeOutcome outcome)
    {
        if (_open.TryGetValue(number, out var waiting)) waiting.TrySetResult(outcome);
    }

    /// <summary>The connection has ended: nothing will be answered any more.</summary>
    public void Close()
    {
        foreach (var waiting in _open.Values) waiting.TrySetResult(ProbeOutcome.NoAnswer);
    }
}
