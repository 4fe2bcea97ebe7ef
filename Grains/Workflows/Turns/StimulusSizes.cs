using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Turns;

/// <summary>
/// About how many bytes a stimulus adds to a turn: the user values that it carries, whoever sent them. What else it says is small
/// and bounded by the number of stimuli that a turn takes.
/// </summary>
internal static class StimulusSizes
{
    /// <summary>Its bytes.</summary>
    public static long Of(Stimulus stimulus) => stimulus switch
    {
        ReportActivity { Outcome: ActivityOutcome.Completed outcome } => Of(outcome.Result),
        ReportActivity { Outcome: ActivityOutcome.Failed outcome } => Of(outcome.Failure),
        ReportActivity { Outcome: ActivityOutcome.Canceled outcome } => Of(outcome.Failure),
        ReportChild child => Of(child.Result) + Of(child.Failure),
        SignalRun signal => Of(signal.Arguments),
        UpdateRun update => Of(update.Arguments),
        CompleteToken token => Of(token.Result) + Of(token.Failure),
        _ => 0,
    };

    private static long Of(Payload? payload) => payload?.Data.Length ?? 0;

    private static long Of(IReadOnlyList<Payload> payloads)
    {
        var size = 0L;
        for (var i = 0; i < payloads.Count; i++) size += payloads[i].Data.Length;
        return size;
    }

    private static long Of(FailureInfo? failure)
    {
        var size = 0L;
        for (var f = failure; f is not null; f = f.Cause)
            size += f.Message.Length + (f.StackTrace?.Length ?? 0) + Of(f.Details);
        return size;
    }
}
