using Orchestration.Client;
using Orchestration.Samples.LoyaltyAccount;
using Orchestration.Testing;
using Orchestration.Workflows;

namespace Orchestration.Samples.Tests.LoyaltyAccount;

public sealed class AccountTests
{
    [Fact]
    public async Task Messages_OneOfEachKind_AreAnswered()
    {
        await using var engine = await StartAsync();
        var account = await OpenAsync(engine);

        await account.SignalAsync(static a => a.Earn("till-1", 1, 100));
        var voucher = await account.UpdateAsync(static a => a.Redeem("till-1", 2, 40));
        var state = await account.QueryAsync(static a => a.State);

        Assert.Equal("V-till-1-2", voucher);
        Assert.Equal((60, 40, 0), (state.Balance, state.Redeemed, state.OutOfOrder));
        Assert.Equal(new TillState(2, 2, 100), state.Of("till-1"));
    }

    [Theory]
    [InlineData(101, "There are 100 points")]
    [InlineData(0, "costs points")]
    public async Task Redeem_WhatCannotBe_IsRejectedAndLeavesNoTrace(long points, string reason)
    {
        await using var engine = await StartAsync();
        var account = await OpenAsync(engine);
        await account.SignalAsync(static a => a.Earn("till-1", 1, 100));
        var before = (await account.DescribeAsync()).HistoryLength;

        var rejected = await Assert.ThrowsAsync<UpdateRejected>(() => account.UpdateAsync(a => a.Redeem("till-1", 2, points)));

        Assert.Contains(reason, rejected.Message, StringComparison.Ordinal);
        Assert.Equal(before, (await account.DescribeAsync()).HistoryLength);
        Assert.Equal(100, (await account.QueryAsync(static a => a.State)).Balance);
    }

    [Fact]
    public async Task Redeem_SameIdTwice_TakesEffectOnce()
    {
        await using var engine = await StartAsync();
        var account = await OpenAsync(engine);
        await account.SignalAsync(static a => a.Earn("till-1", 1, 100));
        var once = new UpdateOptions { UpdateId = "voucher-7" };

        var first = await account.UpdateAsync(static a => a.Redeem("till-1", 2, 40), once);
        var second = await account.UpdateAsync(static a => a.Redeem("till-1", 2, 40), once);

        Assert.Equal(first, second);
        Assert.Equal(60, (await account.QueryAsync(static a => a.State)).Balance);
    }

    [Fact]
    public async Task Close_WithReceiptsBeforeIt_ReturnsThemAll()
    {
        await using var engine = await StartAsync();
        var account = await OpenAsync(engine);
        for (var receipt = 1; receipt <= 10; receipt++)
        {
            var number = receipt;
            await account.SignalAsync(a => a.Earn("till-1", number, 1));
        }

        await account.SignalAsync(static a => a.Close());

        Assert.Equal(10, (await account.GetResultAsync()).Balance);
        await Assert.ThrowsAsync<WorkflowClosed>(() => account.SignalAsync(static a => a.Earn("till-1", 11, 1)));
    }

    [Fact]
    public Task Tills_ThroughContinueAsNew_LoseAndDoubleNothing() => CountAsync(tills: 4, receipts: 120, crashEvery: 0);

    [Fact]
    public Task Tills_ThroughContinueAsNewAndCrashes_LoseAndDoubleNothing() =>
        CountAsync(tills: 3, receipts: 150, crashEvery: 30);

    private static async Task CountAsync(int tills, long receipts, long crashEvery)
    {
        await using var engine = await StartAsync();
        var account = await OpenAsync(engine);
        var all = Enumerable.Range(1, tills).Select(number => new Till(account, number)).ToList();

        var crashing = Task.CompletedTask;
        var sending = Task.WhenAll(all.Select(till => till.SendAsync(receipts, sent =>
        {
            if (crashEvery == 0 || till != all[0] || sent % crashEvery != 0 || !crashing.IsCompleted) return;
            crashing = Task.Run(() => engine.CrashAsync());
        }, CancellationToken.None)));
        await sending;
        await crashing;

        var state = await account.QueryAsync(static a => a.State);
        Assert.Empty(Count.Violations(state, [.. all.Select(static till => till.Name)], receipts));
        Assert.True(state.Run > 1, $"The account is still in its run {state.Run}.");
    }

    private static Task<WorkflowTestEnvironment> StartAsync() =>
        WorkflowTestEnvironment.StartAsync(static options => options.AddWorkflow<Account>()
            .Engine(static o => o.ContinueAsNewAtEvents = 100)); // so that a few hundred receipts go through several runs

    private static async Task<IWorkflowHandle<Account>> OpenAsync(WorkflowTestEnvironment engine)
    {
        var account = engine.Client.GetWorkflow<Account>("account-1");
        await account.StartAsync(AccountState.New);
        return account;
    }
}
