using Orchestration.Grains.Interfaces.Activities;
using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>
/// The same grain as <see cref="IWorkflowGrain"/>, as those call it who complete or look after its activities. Calls may be
/// repeated: a request with the same (client, number) gets the same answer.
/// </summary>
[Alias("orchestration.workflow-activities")]
public interface IWorkflowActivitiesGrain : IGrainWithStringKey
{
    /// <summary>Ends an attempt from outside, or says that it is alive. Answers once that is durable.</summary>
    [Alias("outside")]
    Task<OutsideReply> ReportOutsideAsync(OutsideReport report);

    /// <summary>Pauses, resumes, resets or changes an activity. Answers once that is durable.</summary>
    [Alias("control")]
    Task<ControlReply> ControlActivityAsync(ActivityControlRequest request);
}
