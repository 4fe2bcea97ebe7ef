using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Workflows;

namespace Orchestration.Grains.Workflows;

// Activities, as those call who complete or look after them.
internal sealed partial class WorkflowGrain
{
    public Task<OutsideReply> ReportOutsideAsync(OutsideReport report) =>
        _instance is { } instance ? instance.ReportOutsideAsync(report) : Task.FromResult(new OutsideReply(KeyFault()));

    public Task<ControlReply> ControlActivityAsync(ActivityControlRequest request) =>
        _instance is { } instance
            ? instance.ControlActivityAsync(request) : Task.FromResult(new ControlReply(KeyFault(), Guid.Empty, default));
}
