using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>A run's first turn.</summary>
internal sealed class StartOperation(AppendRequest request) : WriteOperation<AppendResult>(request.Key, 0)
{
    public AppendRequest Request => request;

    public override Guid Instance { get; } = Names.Of(request.Key.Key);

    public override long First => 1;

    public override int Weight => 512 + request.Body.Length;

    public override void AddTo(Group group) => group.Starts.Add(this);

    public override void Settle(Found found)
    {
        var previous = request.Header!.Previous;

        // The run itself may be among those that stand in the way, since a first append is repeated like any other.
        if (found.Handle != 0)
            Settle(new AppendResult(
                found.Turn == request.TurnId ? AppendOutcome.Appended : AppendOutcome.Conflict, found.Handle));
        else if (found.Latest is not { } latest)
        {
            // Without a previous run there was one a moment ago, and it is gone: tried again.
            if (previous is not null) Settle(new AppendResult(AppendOutcome.Conflict, 0));
        }
        else if (previous != latest.Key.RunId || latest.Summary.ClosedAt is null)
            Settle(new AppendResult(AppendOutcome.InstanceExists, 0, latest));
    }
}
