namespace Orchestration.Workflows;

/// <summary>
/// Thrown by an activity whose outcome is to come from outside, under the attempt's <see
/// cref="ActivityContext.CompletionToken"/>:
/// the code hands the token on and throws this. No failure: the call goes on until the token is completed, failed or cancelled by
/// a client, or its start-to-close, heartbeat or schedule-to-close timeout runs out. It survives the silo. Local activities
/// cannot be completed from outside.
/// </summary>
public sealed class CompletedOutside : Exception
{
    /// <summary>The activity's outcome is to come from outside.</summary>
    public CompletedOutside() : base("The activity is to be completed from outside, under its token.")
    {
    }
}
