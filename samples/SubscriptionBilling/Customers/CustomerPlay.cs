using Orchestration.Client;
using Orchestration.Samples.SubscriptionBilling.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Samples.SubscriptionBilling.Customers;

/// <summary>Plays one customer to the end of their subscription, and says what happens.</summary>
public sealed class CustomerPlay(IWorkflowClient client, BillingTerms terms, TextWriter output)
{
    /// <summary>
    /// Signs, unless an earlier process has, and then acts whenever the subscription says something of itself: its status comes
    /// as a stream, which goes on over lost connections and restarts.
    /// </summary>
    /// <returns>How the subscription ended.</returns>
    public async Task<SubscriptionState> PlayAsync(Customer customer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(customer);
        var workflow = client.GetWorkflow<BillSubscription>($"subscription-{customer.Name}");
        try
        {
            await workflow.StartAsync(
                new Subscription(customer.Name, Plan.Basic.Name, $"{customer.Name}-1", terms),
                new StartOptions { IdReuse = WorkflowIdReusePolicy.RejectDuplicate },
                cancellationToken);
        }
        catch (WorkflowAlreadyStarted)
        {
            await output.WriteLineAsync($"{customer.Name}: goes on from an earlier process");
        }

        SubscriptionState? shown = null;
        await foreach (var news in workflow.WatchStatusAsync(cancellationToken: cancellationToken))
        {
            if (news.GetStatus<SubscriptionState>() is not { } state || state == shown) continue;
            shown = state;
            await output.WriteLineAsync($"{customer.Name}: {state.Phase}, plan {state.Plan}, {state.MonthsPaid} months paid");
            if (news.WorkflowStatus == WorkflowStatus.Running) await ActAsync(customer, workflow);
        }

        return await workflow.GetResultAsync(cancellationToken);
    }

    private static async Task ActAsync(Customer customer, IWorkflowHandle<BillSubscription> workflow)
    {
        try
        {
            // News may be old by now; what counts is how things stand.
            var state = await workflow.QueryAsync(static b => b.State);
            foreach (var habit in customer.Habits.Where(habit => habit.When(state))) await habit.Do(workflow);
        }
        catch (Exception late) when (late is WorkflowClosed or UpdateRejected)
        {
            // The subscription has gone on meanwhile.
        }
    }
}
