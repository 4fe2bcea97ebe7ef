using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Workflows.Requests;

namespace Orchestration.Grains.Workflows;

// Activities, as those call who complete or look after them.
internal sealed partial class WorkflowGrain
{
    public Task<OutsideReply> ReportOutsideAsync(OutsideReport report) => _instance is { } instance
        ? new ActivityRequests(instance, _services).ReportOutsideAsync(report)
        : Task.FromResult(new OutsideReply(KeyFault()));

    public Task<ControlReply> ControlActivityAsync(ActivityControlRequest request) => _instance is { } instance
        ? new ActivityRequests(instance, _services).ControlActivityAsync(request)
        : Task.FromResult(new ControlReply(KeyFault(), Guid.Empty, default));
}
