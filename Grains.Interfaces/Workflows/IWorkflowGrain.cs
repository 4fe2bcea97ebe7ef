using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>
/// A workflow instance, as clients and other grains call it. The grain's key is <c>WorkflowKey.ToGrainKey()</c>: the id itself in
/// the default namespace. Every reply carries either what was asked for or a <see cref="Wire.Fault"/>; nothing is thrown across
/// the call but what the runtime itself throws. Calls may be repeated: a request with the same (client, number) gets the same
/// answer.
/// </summary>
[Alias("orchestration.workflow")]
public interface IWorkflowGrain : IGrainWithStringKey
{
    /// <summary>
    /// Starts a run. Answers once the start is durable, or later with the run's result if the request asks to wait for it.
    /// </summary>
    [Alias("start")]
    Task<StartReply> StartAsync(StartRequest request);

    /// <summary>The result of a run that has ended; of one that is open, where to wait for it.</summary>
    [Alias("result")]
    Task<ResultReply> GetResultAsync(ResultRequest request);

    /// <summary>The run as last committed.</summary>
    [Alias("describe")]
    Task<DescribeReply> DescribeAsync(DescribeRequest request);

    /// <summary>A page of the run's history.</summary>
    [Alias("history")]
    Task<HistoryReply> GetHistoryAsync(HistoryRequest request);

    /// <summary>Asks the run's code to cancel. Answers once the request is durable; on a closed run it does nothing.</summary>
    [Alias("cancel")]
    Task<ControlReply> CancelAsync(ControlRequest request);

    /// <summary>Ends the run at once, without its code. Answers once that is durable; on a closed run it does nothing.</summary>
    [Alias("terminate")]
    Task<ControlReply> TerminateAsync(ControlRequest request);
}
