using System.Globalization;
using Orchestration.Workflows;

namespace Orchestration.Samples.SubscriptionBilling.Workflows;

/// <summary>
/// One subscription, from its trial to its end, which may be years away: months are durable timers, and the code reads as the
/// contract does. Ends with its last state.
/// </summary>
/// <remarks>A month costs about ten history events, so that no subscription lives to need continue-as-new.</remarks>
[Workflow("bill-subscription")]
public sealed class BillSubscription : Workflow<Subscription, SubscriptionState>
{
    private SubscriptionState _state = new(Phase.Trial, "", null, 0, default);
    private string _card = "";
    private bool _canceled;

    /// <summary>How it stands.</summary>
    [Query]
    public SubscriptionState State => _state;

    /// <summary>Another plan, from the next month on.</summary>
    /// <returns>When it begins.</returns>
    [Update]
    public DateTimeOffset ChangePlan(string plan)
    {
        Show(_state with { NextPlan = plan == _state.Plan ? null : plan });
        return _state.Until;
    }

    /// <summary>Plans that are not sold, and those that it has, are turned away before anything is recorded.</summary>
    [UpdateValidator(nameof(ChangePlan))]
    public void CanChangePlan(string plan)
    {
        if (Plan.All.All(sold => sold.Name != plan)) throw new ApplicationFailure($"No plan is called '{plan}'.", "unknown-plan");
        if (plan == (_state.NextPlan ?? _state.Plan)) throw new ApplicationFailure($"The plan is '{plan}' already.", "same-plan");
        if (_canceled) throw new ApplicationFailure("The subscription was cancelled.", "canceled");
    }

    /// <summary>Another card. If the old one was declined, the new one is tried at once.</summary>
    [Signal]
    public void ChangeCard(string card) => _card = card;

    /// <summary>Ends it: a trial at once, else with the month that was paid for.</summary>
    [Signal]
    public void Cancel() => _canceled = true;

    /// <inheritdoc/>
    public override async Task<SubscriptionState> RunAsync(Subscription subscription)
    {
        var (customer, terms) = (subscription.Customer, subscription.Terms);
        var billing = Context.Activities<IBilling>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
        _card = subscription.Card;

        Show(new SubscriptionState(Phase.Trial, subscription.Plan, null, 0, Context.UtcNow + terms.Trial));
        if (await Context.WhenAsync(() => _canceled, terms.Trial)) return Show(_state with { Phase = Phase.Canceled });

        var first = Context.UtcNow;
        for (var month = 1; ; month++)
        {
            var plan = Plan.All.Single(sold => sold.Name == (_state.NextPlan ?? _state.Plan));
            var end = terms.After(first, month);
            var number = month.ToString("D3", CultureInfo.InvariantCulture);
            var invoice = new Invoice($"{customer}-{number}", customer, plan.Name, plan.Cents, terms.After(first, month - 1));
            Show(_state with { Plan = plan.Name, NextPlan = null });
            if (!await ChargeAsync(billing, invoice, terms.Dunning))
            {
                await billing.WriteAsync(customer, "Your subscription has ended, since it was not paid for.");
                return Show(_state with { Phase = _canceled ? Phase.Canceled : Phase.Unpaid, Until = Context.UtcNow });
            }

            Show(_state with { Phase = Phase.Active, MonthsPaid = month, Until = end });
            var left = end - Context.UtcNow;
            if (left > TimeSpan.Zero) await Context.DelayAsync(left);
            if (_canceled) return Show(_state with { Phase = Phase.Canceled });
        }
    }

    /// <summary>Charges the card; if it is declined, again after each wait, or as soon as there is another one.</summary>
    private async Task<bool> ChargeAsync(IBilling billing, Invoice invoice, IReadOnlyList<TimeSpan> waits)
    {
        for (var attempt = 0; ; attempt++)
        {
            var card = _card;
            try
            {
                await billing.ChargeAsync(invoice, card);
                return true;
            }
            catch (ActivityFailed failure)
                when (failure.InnerException is ApplicationFailure { Type: BillingFailures.CardDeclined })
            {
                if (attempt == waits.Count) return false;
            }

            Show(_state with { Phase = Phase.PastDue, Until = Context.UtcNow + waits[attempt] });
            await billing.WriteAsync(invoice.Customer, $"Your card {card} was declined for invoice {invoice.Id}.");
            await Context.WhenAsync(() => _card != card || _canceled, waits[attempt]);
            if (_canceled) return false;
        }
    }

    private SubscriptionState Show(SubscriptionState state)
    {
        Context.SetStatus(state);
        return _state = state;
    }
}
