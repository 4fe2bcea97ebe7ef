using Orchestration.Samples.ExpenseApproval.Workflows;
using Orchestration.Samples.Shared;
using Orchestration.Workflows;
using Orleans.Runtime;

namespace Orchestration.Samples.ExpenseApproval;

/// <summary>Answers a letter, as a client of the process that runs the requests.</summary>
internal static class AnswerCommand
{
    public static async Task<int> RunAsync(int port, string token, Answer answer)
    {
        try
        {
            await using var host = await SampleHost.ConnectAsync(port);
            await host.Client.CompleteTokenAsync(token, answer, host.Stopping);
            Console.WriteLine(answer.Approved ? "Approved." : "Rejected.");
            return SampleCommand.Clean;
        }
        catch (OrleansException nobody)
        {
            await Console.Error.WriteLineAsync($"{nobody.Message} Is the sample running with --yourself?");
            return SampleCommand.Unusable;
        }
        catch (Exception late) when (late is TokenSpent or WorkflowClosed)
        {
            await Console.Error.WriteLineAsync($"Too late: {late.Message}");
            return SampleCommand.Broken;
        }
    }
}
