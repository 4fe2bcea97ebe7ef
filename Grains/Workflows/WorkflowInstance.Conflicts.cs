using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Starts that meet another run of their id: whose start it was, and what the policies make of it.
internal sealed partial class WorkflowInstance
{
    private static readonly TimeSpan LongestUnderWay = TimeSpan.FromHours(1);

    /// <summary>What a start comes to where an open run holds the id.</summary>
    /// <returns>Null where that run was ended for it, so that it may be tried again.</returns>
    private async Task<StartReply?> MeetOpenAsync(OpenRun open, StartRequest request, InboxEntry? message, RequestId by)
    {
        var holder = open.Key.RunId;
        if (open.StartedBy == by) return Started(holder);
        if (await FindEarlierAsync(open.Run.Previous, by, request.IsRepeat) is { } mine) return Started(mine);
        switch (request.IdConflict)
        {
            case WorkflowIdConflictPolicy.UseExisting:
                // Nothing is written: what meets no open run when it is repeated starts one, as it would have done then.
                return new StartReply { RunId = holder.Value };
            case WorkflowIdConflictPolicy.TerminateExisting:
                var signal = message?.Stimulus as SignalRun;
                if (UnfitFault(request, signal) is { } unfit) return new StartReply { Fault = unfit };
                var terminate = new Terminate("A start of the same id took its place (TerminateExisting).", by)
                {
                    // In one event, so that the id is not left without a run where the silo dies in between.
                    Next = Promise(request, by) with { Messages = signal is null ? null : CarryOf(signal) },
                };
                return await PostAsync(terminate) == InboxOutcome.NotOwner ? NotOwner() : null;
            default:
                return Refused(holder);
        }
    }

    private static PromisedRun Promise(StartRequest request, RequestId by) => new()
    {
        RunId = new RunId(Chance.NewGuid()),
        WorkflowType = request.WorkflowType,
        Input = request.Input,
        Request = by,
        TraceParent = request.TraceParent,
        Version = request.Version,
        RunTimeout = request.RunTimeout,
        ExecutionTimeout = request.ExecutionTimeout,
        StartDelay = request.StartDelay,
        Headers = request.Headers,
    };

    /// <summary>A signal as the run before hands it on: in the new run's first event, and known where it is sent again.</summary>
    private MessageCarry CarryOf(SignalRun signal) => new()
    {
        Signals = [new CarriedSignal { Name = signal.Name, Arguments = signal.Arguments, Headers = signal.Headers }],
        Senders = signal.Request is { } by
            ? [new SenderRecord { Sender = by.Client, Taken = [by.Number], LastAt = Now }] : [],
    };

    /// <summary>
    /// Whether the code as deployed can begin with the input and the signal: no run is ended for one that cannot begin.
    /// </summary>
    private Fault? UnfitFault(StartRequest request, SignalRun? signal)
    {
        if (!_services.Settings.Workflows.TryGet(request.WorkflowType, request.Version, out var definition))
        {
            // The open run and the one to take its place are one step, which one silo takes.
            return WorkflowFaults.Invalid(
                $"The workflow type '{request.WorkflowType}' is not hosted by the silo that hosts the run which holds the id, so "
                + $"it cannot take its place in one step (hosted there: {_services.Settings.Workflows.Hosted}). Host both types "
                + "on one silo, or terminate the run first.");
        }

        try
        {
            _services.Settings.Converter.FromPayload(request.Input, definition.InputType);
            return signal is not null && definition.ProblemOf(signal, _services.Settings.Converter) is { } problem
                ? WorkflowFaults.Invalid(problem) : null;
        }
        catch (Exception e)
        {
            // Constructors and converters of the application run here, and may throw anything.
            return WorkflowFaults.Invalid($"Workflow '{request.WorkflowType}' takes a {definition.InputType}: {e.Message}");
        }
    }

    /// <summary>
    /// The run that an earlier try of a request began. Looked for before the request is judged: what is deployed may have changed
    /// since, and a start that has taken effect is not refused.
    /// </summary>
    private async Task<RunId?> FindBegunAsync(StartRequest request)
    {
        if (_leaving) return null;
        await EnsureKnownAsync();
        return await FindEarlierAsync(LatestRun, new RequestId(request.Request.Client, request.Request.Number),
            isRepeat: true);
    }

    /// <summary>
    /// The run that a request began, of an instance whose latest run has ended: that one, or one before it.
    /// </summary>
    private Task<RunId?> FindStartedByAsync(ClosedRun closed, StartRequest request, RequestId by) =>
        closed.StartedBy == by ? Task.FromResult<RunId?>(closed.Record.Key.RunId)
        : !request.IsRepeat && !MayOvertake(closed.Record) ? Task.FromResult<RunId?>(null)
        : FindEarlierAsync(closed.Record.Key.RunId, by, request.IsRepeat);

    /// <summary>
    /// Looks for a request's run behind later ones: a repeat's, or that of a request which was overtaken by its own repeat and
    /// arrives when the run that the repeat began is over.
    /// </summary>
    private async Task<RunId?> FindEarlierAsync(RunId? runId, RequestId by, bool isRepeat)
    {
        // Repeats end after minutes: an id that began more runs than this meanwhile is beyond what anybody waits for. One that is
        // no repeat has most likely begun none, and looks for as long as a message may live, clocks that are off included.
        var furthest = isRepeat ? 1000 : 100;
        for (var steps = 0; runId is { } earlier && steps < furthest; steps++)
        {
            if (await _services.Reader.FindAsync(_key, earlier) is not { } record) return null; // purged
            if (!isRepeat && !MayOvertake(record)) return null;
            if (await _services.Reader.ReadStartAsync(record) is not { } started) return null;
            if (started.Request == by) return earlier;
            runId = started.Previous;
        }

        return null;
    }

    /// <summary>Whether a message that arrives now may have been under way since before the run began.</summary>
    private bool MayOvertake(RunRecord run) => run.StartedAt > Now - LongestUnderWay;

    /// <summary>
    /// Whether a message that arrives now may have reached the run before its end: itself in another copy, or by its repeat.
    /// </summary>
    private bool MayHaveReached(RunRecord ended) => ended.Summary.ClosedAt is not { } at || at > Now - LongestUnderWay;

    private bool MayHaveReached(ClosedRun? ended) => ended is not null && MayHaveReached(ended.Record);
}
