using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Visibility;
using Orchestration.Grains.Interfaces.Workflows;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Client.Tests;

/// <summary>
/// The far side of a client, as it looks when things go wrong: each call is answered by the next step of a script, which may
/// throw what the runtime throws. What was sent is kept.
/// </summary>
internal sealed class ScriptedGrains : IGrainFactory, IWorkflowGrain, IWorkflowMessagesGrain, IMessageHubGrain,
    IResultHubGrain, IVisibilityGrain, IWorkflowActivitiesGrain
{
    private readonly Queue<Func<object?>> _script = new();

    public List<object> Sent { get; } = [];

    /// <summary>Whether calls are never answered.</summary>
    public bool IsSilent { get; init; }

    public ScriptedGrains Then(object? answer)
    {
        _script.Enqueue(answer is Exception e ? () => throw e : () => answer);
        return this;
    }

    public Task<StartReply> StartAsync(StartRequest request) => Answer<StartReply>(request)!;

    public Task<ResultReply> GetResultAsync(ResultRequest request) => Answer<ResultReply>(request)!;

    public Task<DescribeReply> DescribeAsync(DescribeRequest request) => Answer<DescribeReply>(request)!;

    public Task<HistoryReply> GetHistoryAsync(HistoryRequest request) => Answer<HistoryReply>(request)!;

    public Task<ControlReply> CancelAsync(ControlRequest request) => Answer<ControlReply>(request)!;

    public Task<ControlReply> TerminateAsync(ControlRequest request) => Answer<ControlReply>(request)!;

    public Task<ResultReply?> WaitAsync(string workflow, Guid runId, TimeSpan wait, CancellationToken cancellationToken) =>
        Answer<ResultReply>((Hub: workflow, runId));

    public Task<SignalReply> SignalAsync(SignalRequest request) => Answer<SignalReply>(request)!;

    public Task<StartReply> SignalWithStartAsync(SignalWithStartRequest request) => Answer<StartReply>(request)!;

    public Task<QueryReply> QueryAsync(QueryRequest request) => Answer<QueryReply>(request)!;

    public Task<UpdateReply> UpdateAsync(UpdateRequest request) => Answer<UpdateReply>(request)!;

    public Task<UpdateReply> UpdateWithStartAsync(UpdateWithStartRequest request) => Answer<UpdateReply>(request)!;

    public Task<StatusReply> GetStatusAsync(StatusRequest request) => Answer<StatusReply>(request)!;

    public Task<ControlReply> CompleteTokenAsync(CompleteTokenRequest request) => Answer<ControlReply>(request)!;

    public async Task<bool> WaitAsync(Guid runId, string topic, long seen, TimeSpan wait, CancellationToken cancellationToken) =>
        await Answer<object>((Topic: topic, seen)) is not null;

    public Task<ListReply> ListAsync(ListRequest request) => Answer<ListReply>(request)!;

    public Task<CountReply> CountAsync(ListRequest request) => Answer<CountReply>(request)!;

    public Task<ControlReply> ControlActivityAsync(ActivityControlRequest request) => Answer<ControlReply>(request)!;

    public Task<OutsideReply> ReportOutsideAsync(OutsideReport report) => Answer<OutsideReply>(report)!;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => (TGrainInterface)(object)this;

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId) where TGrainInterface : IAddressable =>
        throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => throw new NotSupportedException();

    private async Task<T?> Answer<T>(object request) where T : class
    {
        Sent.Add(request);
        if (IsSilent) await new TaskCompletionSource().Task;
        await Task.Yield();
        return (T?)_script.Dequeue()();
    }
}
