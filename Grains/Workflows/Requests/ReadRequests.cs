using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Workflows.Replies;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>What is told of runs as last committed (invariant 4), whether or not they are in memory.</summary>
internal sealed class ReadRequests(IInstance instance, WorkflowServices services)
{
    private static readonly TimeSpan DescribePatience = TimeSpan.FromSeconds(1);

    /// <summary>The run as last committed; also of a stalled one.</summary>
    public async Task<DescribeReply> DescribeAsync(DescribeRequest request)
    {
        await instance.EnsureKnownAsync();
        if (instance.LatestRun is not { } latest) return new DescribeReply(instance.Unknown(request.RunId), null);
        if (request.RunId is { } wanted && wanted != latest.Value)
            return await services.Stored.DescribeAsync(instance.Key, new RunId(wanted));
        if (instance.Closed is not null) return await services.Stored.DescribeAsync(instance.Key, latest);
        if (await instance.EnsureOpenAsync() is { } fault) return new DescribeReply(fault, null);

        // The kernel is ahead of the store while a turn is being committed: what is pending is shown after it, or not at all.
        if (instance.IsTurning) await Task.WhenAny(instance.Turns, Task.Delay(DescribePatience, services.Clock));
        if (instance.Open is not { } open) return await services.Stored.DescribeAsync(instance.Key, latest);
        return new DescribeReply(null, instance.IsTurning && open.Summary is { } committed
            ? Descriptions.Of(open.Key, open.WorkflowType, open.StartedAt, committed, open.Sequence, open.Bytes,
                services.SiloKey)
            : Descriptions.Of(open, services.SiloKey));
    }

    /// <summary>A page of a run's history, as committed.</summary>
    public Task<HistoryReply> GetHistoryAsync(HistoryRequest request) => services.Stored.HistoryAsync(instance.Key, request);
}
