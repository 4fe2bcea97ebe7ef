using Orchestration.Client;
using Orchestration.Samples.ExpenseApproval.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Samples.ExpenseApproval.People;

/// <summary>Takes requests and awaits their decisions.</summary>
public sealed class ApprovalDesk(IWorkflowClient client, TextWriter output)
{
    /// <summary>The id of an expense's workflow.</summary>
    public static string IdOf(string expenseId) => $"expense-{expenseId}";

    /// <summary>Takes a request, unless an earlier process has, and awaits its decision.</summary>
    public async Task<Decision> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var workflow = client.GetWorkflow<ApproveExpense>(IdOf(request.Expense.Id));
        try
        {
            await workflow.StartAsync(
                request, new StartOptions { IdReuse = WorkflowIdReusePolicy.RejectDuplicate }, cancellationToken);
        }
        catch (WorkflowAlreadyStarted)
        {
            await output.WriteLineAsync($"expense {request.Expense.Id}: goes on from an earlier process");
        }

        return await workflow.GetResultAsync(cancellationToken);
    }
}
