using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>
/// Sends requests and repeats those whose outcome is unknown, with back-off, until one is answered or the limit is reached.
/// </summary>
internal sealed class RequestSender(WorkflowClientOptions options, TimeProvider time, GatewayLosses? losses = null)
{
    /// <summary>
    /// Waits for the answer to one call, which <paramref name="send"/> sends, as long as nothing says that it is lost.
    /// </summary>
    /// <exception cref="TimeoutException">The connection was lost; its outcome is unknown.</exception>
    public Task<TReply> AnswerAsync<TState, TReply>(
        TState state, Func<TState, Task<TReply>> send, CancellationToken cancellationToken)
    {
        if (losses is null) return send(state).WaitAsync(cancellationToken);
        var lost = losses.Next;
        return GatewayLosses.AnswerAsync(send(state), lost, cancellationToken);
    }

    /// <summary>
    /// Sends a request. <paramref name="call"/> makes one try and must send the same request number every time.
    /// </summary>
    /// <param name="what">What is asked, for the error.</param>
    /// <param name="key">Whom.</param>
    /// <param name="state">What <paramref name="call"/> is given.</param>
    /// <param name="call">One try.</param>
    /// <param name="faultOf">The fault that an answer carries.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The answer; its fault, if any, is one that repeating would not mend.</returns>
    public async Task<TReply> SendAsync<TState, TReply>(
        string what,
        WorkflowKey? key,
        TState state,
        Func<TState, Task<TReply>> call,
        Func<TReply, Fault?> faultOf,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = time.GetTimestamp();
        for (var tries = 0; ; tries++)
        {
            Exception? unanswered = null;
            var notBefore = TimeSpan.Zero;
            try
            {
                var reply = await AnswerAsync(state, call, cancellationToken);
                var fault = faultOf(reply);
                if (fault is { Kind: FaultKind.SlowDown } && tries > 0)
                {
                    // It was not looked at, which says nothing of the tries before it: one of them may have taken effect.
                    notBefore = fault.RetryAfter ?? TimeSpan.Zero;
                    unanswered = new SlowDown(notBefore);
                }
                else if (Faults.IsRepeatable(fault))
                {
                    unanswered = new EngineFault(fault!.Code ?? FaultCodes.StoreUnavailable, fault.Message);
                }
                else
                {
                    return reply;
                }
            }
            catch (Exception e) when (Faults.IsRepeatable(e))
            {
                unanswered = e;
            }

            var delay = DelayBefore(tries);
            if (delay < notBefore) delay = notBefore;
            if (time.GetElapsedTime(started) + delay > options.RequestTimeLimit)
                throw new OutcomeUnknown(what, key, options.RequestTimeLimit, unanswered);
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    /// <summary>Waits as long as befits the given number of rounds that brought nothing.</summary>
    public Task BackOffAsync(int rounds, CancellationToken cancellationToken) =>
        Task.Delay(DelayBefore(rounds), time, cancellationToken);

    /// <summary>Doubling, with the upper half left to chance, so that many callers do not come back as one.</summary>
    private TimeSpan DelayBefore(int tries)
    {
        var doubled = options.FirstRepeatDelay.TotalMilliseconds * Math.Pow(2, Math.Min(tries, 30));
        var longest = Math.Min(doubled, options.MaximumRepeatDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * (0.5 + (Chance.NextDouble() / 2)));
    }
}
