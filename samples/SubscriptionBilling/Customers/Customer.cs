using Orchestration.Client;
using Orchestration.Samples.SubscriptionBilling.Activities;
using Orchestration.Samples.SubscriptionBilling.Workflows;

namespace Orchestration.Samples.SubscriptionBilling.Customers;

/// <summary>A customer, played by the program: what they sign, and what they do as their subscription goes on.</summary>
/// <param name="Name">Who.</param>
/// <param name="Habits">
/// What they do, by how their subscription stands. It follows from that alone, so that a process that takes over goes on with it.
/// </param>
public sealed record Customer(string Name, IReadOnlyList<Habit> Habits)
{
    /// <summary>Four customers, who end their subscriptions after so many months if nothing else does.</summary>
    public static IReadOnlyList<Customer> All(int months)
    {
        var leaves = new Habit(
            state => state.MonthsPaid >= months,
            static s => s.SignalAsync(static b => b.Cancel()));
        return
        [
            new("ada", [leaves]),
            new("ben",
            [
                new Habit(
                    static state =>
                        state is { Phase: Phase.Active, MonthsPaid: >= 3, NextPlan: null } && state.Plan != Plan.Pro.Name,
                    static s => s.UpdateAsync(static b => b.ChangePlan(Plan.Pro.Name))),
                leaves,
            ]),
            new("cleo",
            [
                new Habit(
                    static state => state is { Phase: Phase.Active, MonthsPaid: 4 },
                    static s => s.SignalAsync(static b => b.ChangeCard(Bank.EmptyCard))),
                new Habit(
                    static state => state.Phase == Phase.PastDue,
                    static s => s.SignalAsync(static b => b.ChangeCard("cleo-2"))),
                leaves,
            ]),
            new("dan",
            [
                new Habit(
                    static state => state is { Phase: Phase.Active, MonthsPaid: >= 4 },
                    static s => s.SignalAsync(static b => b.ChangeCard(Bank.EmptyCard))),
                leaves,
            ]),
        ];
    }
}

/// <summary>Something that a customer does.</summary>
/// <param name="When">Says whether it is time for it.</param>
/// <param name="Do">Does it.</param>
public sealed record Habit(Func<SubscriptionState, bool> When, Func<IWorkflowHandle<BillSubscription>, Task> Do);
