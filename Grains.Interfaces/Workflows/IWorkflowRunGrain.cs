using Orchestration.Grains.Interfaces.Activities;
using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>The same grain as <see cref="IWorkflowGrain"/>, as the engine's own parts call it.</summary>
[Alias("orchestration.workflow-run")]
public interface IWorkflowRunGrain : IGrainWithStringKey
{
    /// <summary>
    /// Reports outcomes of attempts. Answers, report by report, once what they changed is durable. What is not acknowledged is to
    /// be reported again.
    /// </summary>
    [Alias("report")]
    Task<ReportReply[]> ReportAsync(ActivityReport[] reports);

    /// <summary>
    /// Makes sure that the run goes on: after a crash, or because its time has come. Harmless if it does already.
    /// </summary>
    [Alias("wake")]
    Task WakeAsync(WakeRequest request);

    /// <summary>
    /// Delivers messages of other runs, in order. Answers, message by message, once what they changed is durable. What is
    /// answered
    /// with <see cref="RunCallAnswer.TryAgain"/>, or not at all, is to be sent again.
    /// </summary>
    [Alias("deliver")]
    Task<RunCallReply[]> DeliverAsync(RunCall[] calls);
}
