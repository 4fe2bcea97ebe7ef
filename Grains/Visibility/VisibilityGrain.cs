using Orchestration.Grains.Interfaces.Visibility;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;
using Orleans;
using Orleans.Concurrency;
using Orleans.Placement;

namespace Orchestration.Grains.Visibility;

/// <summary>
/// Lists runs from the store. Holds no state, so that calls interleave freely and any number of activations may exist.
/// </summary>
[Reentrant, PreferLocalPlacement]
internal sealed class VisibilityGrain(IHistoryStore store) : Grain, IVisibilityGrain
{
    private const int MaximumPageSize = 1000;

    /// <inheritdoc/>
    public async Task<ListReply> ListAsync(ListRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (ProblemOf(request) is { } problem) return Refused(FaultKind.InvalidRequest, problem);
        try
        {
            var page = await store.ListAsync(Query(request));
            return new ListReply(null, [.. page.Runs.Select(Listing)], page.Continuation);
        }
        catch (InvalidRequest e)
        {
            return Refused(FaultKind.InvalidRequest, e.Message);
        }
        catch (EngineFault e)
        {
            return Refused(FaultKind.Engine, e.Message[(e.Code.Length + 2)..], e.Code);
        }
    }

    /// <inheritdoc/>
    public async Task<CountReply> CountAsync(ListRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (ProblemOf(request) is { } problem)
            return new CountReply(new Fault { Kind = FaultKind.InvalidRequest, Message = problem }, []);
        try
        {
            var counts = await store.CountAsync(Query(request));
            return new CountReply(null, [.. counts.Select(static c => new WorkflowCount(c.WorkflowType, c.Status, c.Count))]);
        }
        catch (EngineFault e)
        {
            return new CountReply(
                new Fault { Kind = FaultKind.Engine, Message = e.Message[(e.Code.Length + 2)..], Code = e.Code }, []);
        }
    }

    private static ListQuery Query(ListRequest request) => new()
    {
        Namespace = request.Namespace,
        WorkflowType = request.WorkflowType,
        Status = request.Status,
        IdPrefix = request.IdPrefix,
        StartedFrom = request.StartedFrom,
        StartedBefore = request.StartedBefore,
        ClosedFrom = request.ClosedFrom,
        ClosedBefore = request.ClosedBefore,
        PageSize = request.PageSize,
        Continuation = request.Continuation,
    };

    private static string? ProblemOf(ListRequest request)
    {
        if (Identifiers.NamespaceProblem(
            request.Namespace) is { } problem) return $"'{request.Namespace}' is no namespace: {problem}.";
        if (request.PageSize is < 1 or > MaximumPageSize)
            return $"A page has 1 to {MaximumPageSize} runs, not {request.PageSize}.";
        if (request.Status is { } status && !Enum.IsDefined(status)) return $"{(int)status} is no status of a run.";
        if (request.WorkflowType is { Length: 0 })
            return "A workflow type has at least one character; leave it out to list all types.";
        if (request.IdPrefix is { Length: > WorkflowId.MaximumLength } prefix)
            return $"The id prefix has {prefix.Length} characters; ids have at most {WorkflowId.MaximumLength}.";
        if (request.StartedFrom >= request.StartedBefore)
            return $"No run started at or after {request.StartedFrom:O} and before {request.StartedBefore:O}.";
        return request.ClosedFrom >= request.ClosedBefore
            ? $"No run ended at or after {request.ClosedFrom:O} and before {request.ClosedBefore:O}."
            : null;
    }

    private static ListReply Refused(FaultKind kind, string message, string? code = null) =>
        new(new Fault { Kind = kind, Message = message, Code = code }, [], null);

    private static RunListing Listing(RunRecord run) => new(
        run.Key.Key.Id.Value, run.Key.RunId.Value, run.WorkflowType, run.Summary.Status, run.StartedAt, run.Summary.ClosedAt,
            run.Summary.WakeAt);
}
