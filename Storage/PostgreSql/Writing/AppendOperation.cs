using Orchestration.Grains.Storage;

namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>One turn of a run that is there.</summary>
internal sealed class AppendOperation(AppendRequest request) : WriteOperation<AppendResult>(request.Key, request.Handle)
{
    public AppendRequest Request => request;

    public override long First => request.ExpectedSequence + 1;

    public override int Weight => 128 + request.Body.Length;

    public override void AddTo(Group group) => group.Appends.Add(this);

    public override void Settle(Found found)
    {
        if (found.Handle == 0) Settle(new AppendResult(AppendOutcome.Conflict, 0));
        else if (found.Turn == request.TurnId) Settle(new AppendResult(AppendOutcome.Appended, found.Handle));
        else if (found.Sequence == request.ExpectedSequence) Handle = found.Handle;
        else Settle(new AppendResult(AppendOutcome.Conflict, found.Handle));
    }
}
