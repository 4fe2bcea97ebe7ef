using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>
/// About how many bytes an event takes in a history. Reckoned from the event alone, so that code that asks gets the same answer
/// on
/// every replay, however the history is stored.
/// </summary>
internal static class EventSizes
{
    private const int Frame = 80;

    public static long Of(HistoryEvent e) => Frame + e switch
    {
        RunStarted x => Of(x.Input) + Of(x.Carry),
        RunCompleted x => Of(x.Result),
        RunFailed x => Of(x.Failure),
        RunCanceled x => Of(x.Failure),
        RunContinuedAsNew x => Of(x.Input),
        ActivityScheduled x => 150 + Of(x.Arguments),
        ActivityCompleted x => Of(x.Result),
        ActivityEnded x => Of(x.Failure),
        ActivityRetryScheduled x => 80 + Of(x.LastFailure),
        ChildScheduled x => 150 + Of(x.Input),
        ChildCompleted x => Of(x.Result),
        ChildEnded x => Of(x.Failure),
        ChildRetryScheduled x => Of(x.LastFailure),
        ExternalSignalRequested x => 60 + Of(x.Arguments),
        SignalReceived x => 60 + x.Name.Length + Of(x.Arguments),
        UpdateAccepted x => 60 + Of(x.Arguments),
        UpdateCompleted x => 40 + Of(x.Result) + Of(x.Failure),
        _ => 0,
    };

    private static long Of(Payload? payload) => payload?.Data.Length ?? 0;

    private static long Of(IReadOnlyList<Payload>? payloads)
    {
        var sum = 0L;
        for (var i = 0; i < payloads?.Count; i++) sum += payloads[i].Data.Length;
        return sum;
    }

    private static long Of(RunCarry? carry)
    {
        var sum = 0L;
        for (var i = 0; i < carry?.Owed.Count; i++) sum += 200 + Of(carry.Owed[i].Arguments);
        for (var i = 0; i < carry?.Messages?.Signals.Count; i++) sum += 60 + Of(carry.Messages.Signals[i].Arguments);
        return sum;
    }

    private static long Of(FailureInfo? failure)
    {
        var sum = 0L;
        for (var f = failure; f is not null; f = f.Cause)
            sum += 60 + f.Message.Length + (f.StackTrace?.Length ?? 0) + Of(f.Details);
        return sum;
    }
}
