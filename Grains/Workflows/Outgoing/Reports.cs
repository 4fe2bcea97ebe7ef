using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Outgoing;

/// <summary>What hosts report, as the kernel takes it.</summary>
internal static class Reports
{
    /// <summary>The stimulus that a report is; null where it is malformed (an outcome without its value).</summary>
    public static Stimulus? ToStimulus(ActivityReport report)
    {
        var (command, attempt) = (report.Id.Command, report.Id.Attempt);
        return report.Kind switch
        {
            ActivityReportKind.Started => new AttemptStarted(command, attempt),
            ActivityReportKind.Completed =>
                new ReportActivity(command, attempt, new ActivityOutcome.Completed(report.Result ?? Payload.Null)),
            ActivityReportKind.Failed when report.Failure is not null =>
                new ReportActivity(command, attempt, new ActivityOutcome.Failed(report.Failure)),
            ActivityReportKind.Canceled when report.Failure is not null =>
                new ReportActivity(command, attempt, new ActivityOutcome.Canceled(report.Failure)),
            ActivityReportKind.MovedOutside => new ReportActivity(command, attempt, new ActivityOutcome.MovedOutside(report.Ran)),
            ActivityReportKind.NeverRan => new LoseAttempt(
                command, attempt, NeverRan: true, report.AsOf > 0 ? report.AsOf : long.MaxValue),
            ActivityReportKind.Interrupted => new ReportActivity(command, attempt, new ActivityOutcome.Interrupted()),
            _ => null,
        };
    }
}
