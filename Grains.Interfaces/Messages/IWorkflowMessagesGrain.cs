using Orchestration.Grains.Interfaces.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Messages;

/// <summary>
/// The same grain as <see cref="IWorkflowGrain"/>, as those call it who have messages for its run. Every reply carries either
/// what was asked for or a <see cref="Wire.Fault"/>; all calls may be repeated.
/// </summary>
[Alias("orchestration.workflow-messages")]
public interface IWorkflowMessagesGrain : IGrainWithStringKey
{
    /// <summary>Signals the run, and answers once that is durable.</summary>
    [Alias("signal")]
    Task<SignalReply> SignalAsync(SignalRequest request);

    /// <summary>Signals the open run, or starts one with the signal, in one commit.</summary>
    [Alias("signal-with-start")]
    Task<StartReply> SignalWithStartAsync(SignalWithStartRequest request);

    /// <summary>Asks the run's code; changes nothing.</summary>
    [Alias("query")]
    Task<QueryReply> QueryAsync(QueryRequest request);

    /// <summary>Sends an update; answers once it is durably accepted, or completed, or not accepted.</summary>
    [Alias("update")]
    Task<UpdateReply> UpdateAsync(UpdateRequest request);

    /// <summary>Updates the open run, or starts one with the update, in one commit.</summary>
    [Alias("update-with-start")]
    Task<UpdateReply> UpdateWithStartAsync(UpdateWithStartRequest request);

    /// <summary>What the run has said of itself since a cursor.</summary>
    [Alias("status")]
    Task<StatusReply> GetStatusAsync(StatusRequest request);

    /// <summary>Completes or rejects a token of the run; answers once that is durable.</summary>
    [Alias("complete-token")]
    Task<ControlReply> CompleteTokenAsync(CompleteTokenRequest request);
}
