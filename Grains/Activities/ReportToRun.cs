using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Workflows;

namespace Orchestration.Grains.Activities;

/// <summary>Reports outcomes to one run; in a silo <see cref="IWorkflowRunGrain.ReportAsync"/> of its grain.</summary>
internal delegate Task<ReportReply[]> ReportToRun(ActivityReport[] reports);
