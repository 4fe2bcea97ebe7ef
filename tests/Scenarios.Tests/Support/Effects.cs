using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Support;

/// <summary>
/// A world outside that outlives silos. It knows an effect by its idempotency key, as it should: an attempt that is repeated
/// after a crash has no second one, and any other second one is the engine's doing. Thread-safe.
/// </summary>
public sealed class Effects(Scenario scenario) : IEffects
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _keys = [];
    private readonly List<string> _done = [];
    private readonly List<string> _begun = [];

    /// <summary>The effects in their order, each call's once.</summary>
    public IReadOnlyList<string> Done
    {
        get { lock (_gate) return [.. _done]; }
    }

    /// <summary>What was begun, whether or not it came to its end; each attempt.</summary>
    public IReadOnlyList<string> Begun
    {
        get { lock (_gate) return [.. _begun]; }
    }

    public Task<string> DoAsync(string what)
    {
        Note(what);
        return Task.FromResult(what);
    }

    // What a dead silo began goes on here to its end, beside the attempts of the next one and in no order with them.
    public async Task<string> TakeAsync(string what, TimeSpan time, CancellationToken cancellationToken)
    {
        lock (_gate) _begun.Add(what);
        await scenario.Env.DelayAsync(time, cancellationToken);
        Note(what);
        return what;
    }

    public Task FailAsync(string why) => throw new ApplicationFailure(why, "Refused", nonRetryable: true);

    private void Note(string what)
    {
        lock (_gate)
        {
            if (_keys.Add(ActivityContext.Current.IdempotencyKey)) _done.Add(what);
        }
    }
}
