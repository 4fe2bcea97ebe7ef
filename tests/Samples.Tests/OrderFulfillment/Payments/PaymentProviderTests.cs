using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Activities;
using Orchestration.OrderFulfillment.Workflows.Payments;
using Orchestration.OrderFulfillment.Workflows.Shop;
using Orchestration.OrderFulfillment.Workflows.Storage;
using Orchestration.Samples.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Samples.Tests.OrderFulfillment.Payments;

public sealed class PaymentProviderTests : IAsyncLifetime
{
    private const ulong Seed = 7;

    private readonly ProviderRules _rules = new(Seed);
    private readonly TempDirectory _directory = new();
    private PaymentProvider _provider = null!;
    private PaymentClient _client = null!;
    private PaymentClient _hasty = null!;

    public Task InitializeAsync() => StartAsync();

    public async Task DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Charge_RepeatedAlsoAfterARestart_IsMadeOnce()
    {
        var order = Find(ProviderFault.None);
        var first = await ChargeAsync(order);
        await StopAsync();
        await StartAsync();
        var second = await ChargeAsync(order);

        Assert.Equal(ChargeState.Charged, first.State);
        Assert.Equal(first, second);
        Assert.Equal(1, Count("charges"));
    }

    [Theory]
    [InlineData(ProviderFault.Unavailable, 0)]
    [InlineData(ProviderFault.DroppedBefore, 0)]
    [InlineData(ProviderFault.ErrorAfter, 1)]
    [InlineData(ProviderFault.DroppedAfter, 1)]
    [InlineData(ProviderFault.LateAfter, 1)]
    public async Task Charge_GoesWrong_IsThrownAndTheRepetitionChargesOnce(ProviderFault fault, int chargedBefore)
    {
        var order = Find(fault);
        Assert.False((await Assert.ThrowsAsync<ApplicationFailure>(() => ChargeAsync(order))).NonRetryable);
        if (fault == ProviderFault.LateAfter)
        {
            // What is not waited for may not have reached the provider in that time either, on a machine that is busy.
            while (Count("charges") == 0) await Assert.ThrowsAsync<ApplicationFailure>(() => ChargeAsync(order));
        }

        await Eventually.EventuallyAsync(() => Count("charges") == chargedBefore, $"{chargedBefore} charges in the ledger");

        var repeated = await ChargeAsync(order, attempt: 4);
        Assert.Equal(ChargeState.Charged, repeated.State);
        Assert.Equal(1, Count("charges"));
    }

    [Fact]
    public async Task Charge_AnsweredLate_IsATimeoutAndNoCancellation()
    {
        var failure = await Assert.ThrowsAsync<ApplicationFailure>(() => ChargeAsync(Find(ProviderFault.LateAfter)));

        Assert.Equal(OrderFailures.NoAnswer, failure.Type);
        Assert.False(failure.NonRetryable);
    }

    [Fact]
    public async Task Charge_Unavailable_CarriesTheWaitThatTheProviderAsksFor()
    {
        var failure = await Assert.ThrowsAsync<ApplicationFailure>(() => ChargeAsync(Find(ProviderFault.Unavailable)));

        Assert.False(failure.NonRetryable);
        Assert.Equal(TimeSpan.FromSeconds(1), failure.NextRetryDelay);
    }

    [Fact]
    public async Task Charge_Declined_StaysDeclined()
    {
        var order = Ids().First(id => _rules.Declines(id) && _rules.OfCharge(id, 1) == ProviderFault.None);

        Assert.Equal(ChargeState.Declined, (await ChargeAsync(order)).State);
        Assert.Equal(ChargeState.Declined, (await ChargeAsync(order, attempt: 4)).State);
        Assert.Null(await _client.RefundAsync(new RefundRequest(order, $"charge-{order}"), 4, default));
    }

    [Fact]
    public async Task Charge_SameKeyOtherAmount_IsRefused()
    {
        var order = Find(ProviderFault.None);
        await ChargeAsync(order);

        var other = await _client.ChargeAsync($"charge-{order}", new ChargeRequest(order, 501), 4, default);
        Assert.Equal(ChargeState.Mismatched, other.State);
    }

    [Fact]
    public async Task Refund_Repeated_IsMadeOnce()
    {
        var order = Find(ProviderFault.None);
        var charge = await ChargeAsync(order);
        var first = await _client.RefundAsync(new RefundRequest(order, $"charge-{order}"), 4, default);
        var second = await _client.RefundAsync(new RefundRequest(order, $"charge-{order}"), 4, default);

        Assert.Equal(new Refund(first!.RefundId, charge.ChargeId!, 500), second);
        Assert.Equal(1, Count("refunds"));
        Assert.Equal(ChargeState.Voided, (await ChargeAsync(order, attempt: 4)).State);
    }

    [Fact]
    public async Task Refund_BeforeTheCharge_TurnsTheLateChargeAway()
    {
        var order = Find(ProviderFault.None);

        Assert.Null(await _client.RefundAsync(new RefundRequest(order, $"charge-{order}"), 4, default));
        Assert.Equal(ChargeState.Voided, (await ChargeAsync(order)).State);
        Assert.Equal(0, Count("refunds"));
    }

    [Fact]
    public async Task Activities_AnswerLostForGood_RefundFindsTheChargeNobodyHeardOf()
    {
        var order = Ids().First(id => _rules.LosesEveryAnswer(id) && !_rules.Declines(id));
        await using var shop = new ShopDatabase(_directory.File("shop.db"));
        await Assert.ThrowsAnyAsync<Exception>(
            () => new PaymentActivities(shop, _client, new FakeActivity("k1", attempt: 9)).ChargeAsync(order, 500));
        await new PaymentActivities(shop, _client, new FakeActivity("k2", attempt: 4)).RefundAsync(order);

        Assert.Equal(1, Count("charges"));
        Assert.Equal(1, Count("refunds"));
        Assert.Equal(
            "refunded", shop.Read(static books => books.First("SELECT state FROM payments", static row => row.GetString(0))));
        Assert.Equal(8 + 3, shop.Read(
            static books => books.First("SELECT sum(attempts - 1) FROM retries", static row => row.GetInt64(0))));
    }

    [Fact]
    public async Task Activities_CardDeclined_FailsForGood()
    {
        var order = Ids().First(id => _rules.Declines(id) && _rules.OfCharge(id, 1) == ProviderFault.None);
        await using var shop = new ShopDatabase(_directory.File("shop.db"));
        var failure = await Assert.ThrowsAsync<ApplicationFailure>(() =>
            new PaymentActivities(shop, _client, new FakeActivity("k1")).ChargeAsync(order, 500));

        Assert.True(failure.NonRetryable);
        Assert.Equal(OrderFailures.CardDeclined, failure.Type);
    }

    private static IEnumerable<string> Ids() => Enumerable.Range(1, 100_000).Select(static i => $"T{i}");

    private string Find(ProviderFault fault) =>
        Ids().First(id => _rules.OfCharge(id, 1) == fault && !_rules.Declines(id) && !_rules.LosesEveryAnswer(id));

    // Only where the answer is late on purpose is it not waited for: another one may take long too, on a machine that is busy.
    private Task<ChargeReply> ChargeAsync(string order, int attempt = 1) =>
        (_rules.OfCharge(order, attempt) == ProviderFault.LateAfter ? _hasty : _client)
            .ChargeAsync($"charge-{order}", new ChargeRequest(order, 500), attempt, default);

    private int Count(string table)
    {
        using var ledger = SqliteSession.OpenToRead(_directory.File("payments.db"));
        return ledger.First($"SELECT count(*) FROM {table}", static row => row.GetInt32(0));
    }

    private async Task StartAsync()
    {
        var options = new PaymentProviderOptions(_directory.File("payments.db"), Seed) { Lateness = TimeSpan.FromHours(1) };
        _provider = new PaymentProvider(options, TimeProvider.System);
        await _provider.StartAsync(default);
        _client = new PaymentClient(() => _provider.Address, TimeSpan.FromMinutes(1));
        _hasty = new PaymentClient(() => _provider.Address, TimeSpan.FromSeconds(1));
    }

    private async Task StopAsync()
    {
        _client.Dispose();
        _hasty.Dispose();
        await _provider.StopAsync(default);
    }
}
