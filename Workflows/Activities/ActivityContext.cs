namespace Orchestration.Workflows;

/// <summary>
/// What a running activity attempt may know and say. Found by dependency injection in the attempt's scope, or through
/// <see cref="Current"/>. Thread-safe.
/// </summary>
public abstract class ActivityContext
{
    private static readonly AsyncLocal<ActivityContext?> Ambient = new();

    /// <summary>For the engine and for tests of activities.</summary>
    protected ActivityContext()
    {
    }

    /// <summary>The attempt that the calling code belongs to.</summary>
    /// <exception cref="InvalidOperationException">The code does not run in an activity.</exception>
    public static ActivityContext Current =>
        Ambient.Value ?? throw new InvalidOperationException("This code does not run inside an activity attempt.");

    /// <summary>Whether the calling code belongs to an attempt.</summary>
    public static bool HasCurrent => Ambient.Value is not null;

    /// <summary>The instance that called the activity.</summary>
    public abstract WorkflowKey Workflow { get; }

    /// <summary>The run that called the activity.</summary>
    public abstract RunId RunId { get; }

    /// <summary>The activity's name.</summary>
    public abstract string ActivityType { get; }

    /// <summary>The number of this attempt, from 1. Lost and timed-out attempts count.</summary>
    public abstract int Attempt { get; }

    /// <summary>
    /// The same for all attempts of one activity call and for no other call: run and sequence. Outside effects done under this
    /// key are done once, however often attempts are repeated.
    /// </summary>
    public abstract string IdempotencyKey { get; }

    /// <summary>Cancelled when the attempt should end; <see cref="CancellationReason"/> says why.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>Why the token was cancelled; <see cref="ActivityCancellationReason.None"/> before.</summary>
    public abstract ActivityCancellationReason CancellationReason { get; }

    /// <summary>What the caller and interceptors sent along; empty where nothing was.</summary>
    public virtual IReadOnlyDictionary<string, string> Headers =>
        System.Collections.Frozen.FrozenDictionary<string, string>.Empty;

    /// <summary>
    /// The token under which this attempt can be completed from outside; see <see cref="CompletedOutside"/>. It names the attempt
    /// and is no secret by itself.
    /// </summary>
    /// <exception cref="InvalidOperationException">The attempt has none.</exception>
    public virtual string CompletionToken =>
        throw new InvalidOperationException("This attempt cannot be completed from outside.");

    /// <summary>
    /// Says that the attempt is alive, and keeps details for the next attempt. Returns at once; details are durable within the
    /// smaller of 0.8 times the heartbeat timeout and 10 s.
    /// </summary>
    public abstract void Heartbeat(object? details = null);

    /// <summary>Reads the details that the last attempt's heartbeats left.</summary>
    /// <returns>False where there are none.</returns>
    public abstract bool TryGetHeartbeatDetails<T>(out T? details);

    /// <summary>Makes a context the current one for the calling flow of control; for hosts and tests.</summary>
    public static void SetCurrent(ActivityContext? context) => Ambient.Value = context;
}
