using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Workflows.Requests;

namespace Orchestration.Grains.Workflows;

internal sealed partial class WorkflowGrain : IWorkflowMessagesGrain
{
    public Task<SignalReply> SignalAsync(SignalRequest request) => _instance is { } instance
        ? new SignalRequests(instance, _services).SignalAsync(request)
        : Task.FromResult(new SignalReply(KeyFault(), null, Guid.Empty));

    public Task<StartReply> SignalWithStartAsync(SignalWithStartRequest request) => _instance is { } instance
        ? new SignalRequests(instance, _services).SignalWithStartAsync(request)
        : Task.FromResult(new StartReply { Fault = KeyFault() });

    public Task<QueryReply> QueryAsync(QueryRequest request) => _instance is { } instance
        ? new QueryRequests(instance, _services).QueryAsync(request)
        : Task.FromResult(new QueryReply(KeyFault(), null, Guid.Empty));

    public Task<UpdateReply> UpdateAsync(UpdateRequest request) => _instance is { } instance
        ? new UpdateRequests(instance, _services).UpdateAsync(request)
        : Task.FromResult(new UpdateReply { Fault = KeyFault() });

    public Task<UpdateReply> UpdateWithStartAsync(UpdateWithStartRequest request) => _instance is { } instance
        ? new UpdateRequests(instance, _services).UpdateWithStartAsync(request)
        : Task.FromResult(new UpdateReply { Fault = KeyFault() });

    public Task<StatusReply> GetStatusAsync(StatusRequest request) => _instance is { } instance
        ? new QueryRequests(instance, _services).GetStatusAsync(request)
        : Task.FromResult(new StatusReply { Fault = KeyFault() });

    public Task<ControlReply> CompleteTokenAsync(CompleteTokenRequest request) => _instance is { } instance
        ? new SignalRequests(instance, _services).CompleteTokenAsync(request)
        : Task.FromResult(new ControlReply(KeyFault(), Guid.Empty, default));
}
