using System.Diagnostics;
using Orchestration.Client;
using Orchestration.Samples.SubscriptionBilling.Activities;
using Orchestration.Samples.SubscriptionBilling.Workflows;
using Orchestration.Samples.Tests.Support;
using Orchestration.Testing;
using Orchestration.Workflows;

namespace Orchestration.Samples.Tests.SubscriptionBilling;

/// <summary>Real months, in virtual time.</summary>
public sealed class BillSubscriptionTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2031, 1, 17, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset FirstDay = Start.AddDays(14);

    private readonly TempDirectory _directory = new();
    private WorkflowTestEnvironment _engine = null!;
    private Bank _bank = null!;

    public async Task InitializeAsync()
    {
        _bank = new Bank(_directory.Path);
        _engine = await WorkflowTestEnvironment.StartAsync(options =>
        {
            options.Start = Start;
            options.AddWorkflow<BillSubscription>().AddActivities(new Billing(_bank));
        });
    }

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Year_OfCalendarMonths_PassesInMillisecondsAndIsChargedOnTheRightDays()
    {
        var began = Stopwatch.GetTimestamp();
        var subscription = await SignAsync("ada-1");
        await _engine.AdvanceAsync(FirstDay.AddMonths(12).AddDays(-1) - Start);
        await subscription.SignalAsync(static s => s.Cancel());
        var end = await subscription.GetResultAsync();

        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20), "A year took too long.");
        Assert.Equal((Phase.Canceled, 12), (end.Phase, end.MonthsPaid));
        Assert.Equal(FirstDay.AddMonths(12), _engine.UtcNow);

        // Begun on the 31st: on the last day of shorter months, and on the 31st again.
        Assert.Equal(
            ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30", "12-31"],
            Charges().Select(static c => c.Due.ToString("MM-dd", null)));
        Assert.All(Charges(), static c => Assert.Equal(Plan.Basic.Cents, c.Cents));
    }

    [Fact]
    public async Task Trial_CanceledInIt_EndsAtOnceAndCostsNothing()
    {
        var subscription = await SignAsync("ada-1");
        await _engine.AdvanceAsync(TimeSpan.FromDays(5));
        await subscription.SignalAsync(static s => s.Cancel());

        Assert.Equal(Phase.Canceled, (await subscription.GetResultAsync()).Phase);
        Assert.Equal(Start.AddDays(5), _engine.UtcNow);
        Assert.Empty(Charges());
    }

    [Fact]
    public async Task ChangePlan_WithinAMonth_HoldsFromTheNextOne()
    {
        var subscription = await SignAsync("ada-1");
        await _engine.AdvanceAsync(TimeSpan.FromDays(14 + 10));

        var from = await subscription.UpdateAsync(static s => s.ChangePlan("pro"));
        await _engine.AdvanceAsync(TimeSpan.FromDays(60));

        Assert.Equal(FirstDay.AddMonths(1), from);
        Assert.Equal(["basic", "pro", "pro"], Charges().Select(static c => c.Plan));
        Assert.Equal([9_00, 29_00, 29_00], Charges().Select(static c => c.Cents));
    }

    [Theory]
    [InlineData("gold", "No plan is called 'gold'")]
    [InlineData("basic", "The plan is 'basic' already")]
    public async Task ChangePlan_WhatCannotBe_IsRejectedAndLeavesNoTrace(string plan, string reason)
    {
        var subscription = await SignAsync("ada-1");
        var before = (await subscription.DescribeAsync()).HistoryLength;

        var rejected = await Assert.ThrowsAsync<UpdateRejected>(() => subscription.UpdateAsync(s => s.ChangePlan(plan)));

        Assert.Contains(reason, rejected.Message, StringComparison.Ordinal);
        Assert.Equal(before, (await subscription.DescribeAsync()).HistoryLength);
    }

    [Fact]
    public async Task Card_DeclinedForGood_IsTriedAfterThreeFiveAndSevenDaysAndThenEnds()
    {
        var subscription = await SignAsync(Bank.EmptyCard);

        var end = await subscription.GetResultAsync();

        Assert.Equal((Phase.Unpaid, 0), (end.Phase, end.MonthsPaid));
        Assert.Equal(FirstDay.AddDays(3 + 5 + 7), _engine.UtcNow);
        Assert.Empty(Charges());
        Assert.Equal(4, _bank.Letters.All().Count);
    }

    [Fact]
    public async Task Card_ChangedWhilePastDue_IsTriedAtOnceAndKeepsTheMonth()
    {
        var subscription = await SignAsync(Bank.EmptyCard);
        await _engine.AdvanceAsync(TimeSpan.FromDays(14 + 1));
        Assert.Equal(Phase.PastDue, (await subscription.QueryAsync(static s => s.State)).Phase);

        await subscription.SignalAsync(static s => s.ChangeCard("ada-2"));
        await _engine.IdleAsync();

        var state = await subscription.QueryAsync(static s => s.State);
        Assert.Equal((Phase.Active, 1), (state.Phase, state.MonthsPaid));
        Assert.Equal(FirstDay.AddMonths(1), state.Until);
        Assert.Equal("ada-2", Assert.Single(Charges()).Card);
    }

    [Fact]
    public async Task Months_ThatPassWhileNoSiloIsUp_AreChargedOnceEach()
    {
        var subscription = await SignAsync("ada-1");
        await _engine.AdvanceAsync(TimeSpan.FromDays(14 + 40));
        await _engine.CrashAsync(downtime: TimeSpan.FromDays(100));
        await _engine.AdvanceAsync(TimeSpan.FromDays(1));

        var state = await subscription.QueryAsync(static s => s.State);
        Assert.Equal(5, state.MonthsPaid);
        Assert.Equal(Enumerable.Range(0, 5).Select(FirstDay.AddMonths), Charges().Select(static c => c.Due));
    }

    private async Task<IWorkflowHandle<BillSubscription>> SignAsync(string card)
    {
        var subscription = _engine.Client.GetWorkflow<BillSubscription>("subscription-ada");
        await subscription.StartAsync(new Subscription("ada", Plan.Basic.Name, card, BillingTerms.Real));
        return subscription;
    }

    private IReadOnlyList<Charge> Charges() => _bank.Charges.All();
}
