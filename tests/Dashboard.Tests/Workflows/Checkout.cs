using Orchestration.Workflows;

namespace Orchestration.Dashboard.Tests.Workflows;

/// <summary>What is bought, and what goes wrong meanwhile.</summary>
public sealed record Cart(
    string Note, int ChargeFailures = 0, int RetrySeconds = 0, bool WithParcel = false, bool IsLost = false);

/// <summary>Something of everything: a saga, attempts that fail, a signal, an update, a query, a timer, a child.</summary>
[Workflow("checkout")]
public sealed class Checkout : Workflow<Cart, string>
{
    private string? _approvedBy;
    private string? _note;

    [Query]
    public string? ApprovedBy() => _approvedBy;

    [Signal]
    public void Approve(string by) => _approvedBy = by;

    [Update]
    public string Note(string text)
    {
        var before = _note;
        _note = text;
        return $"was: {before}";
    }

    [UpdateValidator("Note")]
    public void MayNote(string text)
    {
        if (text.Length == 0) throw new ApplicationFailure("an empty note says nothing", "EmptyNote");
    }

    public override Task<string> RunAsync(Cart cart)
    {
        _note = cart.Note;
        var retry = new RetryPolicy
        {
            InitialInterval = TimeSpan.FromMilliseconds(100 + (cart.RetrySeconds * 1000)), MaximumAttempts = 9,
        };
        var shop = Context.Activities<IShop>(new() { StartToCloseTimeout = TimeSpan.FromSeconds(30), Retry = retry });
        return Context.SagaAsync(async saga =>
        {
            saga.Compensate(() => shop.ReleaseAsync(cart.Note), "release the stock");
            await shop.ReserveAsync(cart.Note);
            var charge = await shop.ChargeAsync(cart.ChargeFailures);
            Context.SetStatus("charged");
            await Context.WhenAsync(() => _approvedBy is not null, TimeSpan.FromDays(2));
            if (cart.WithParcel) await Context.Child<Parcel>($"{Context.WorkflowId}/parcel").ExecuteAsync(cart.Note);
            if (cart.IsLost) throw new ApplicationFailure("the parcel is lost", "ParcelLost");
            return $"{charge}, approved by {_approvedBy}";
        });
    }
}

/// <summary>A child that waits a little.</summary>
[Workflow("parcel")]
public sealed class Parcel : Workflow<string, string>
{
    public override async Task<string> RunAsync(string note)
    {
        await Context.DelayAsync(TimeSpan.FromMilliseconds(300));
        return $"sent: {note}";
    }
}

/// <summary>Does nothing, for lists.</summary>
[Workflow("nothing")]
public sealed class Nothing : Workflow<string, string>
{
    public override Task<string> RunAsync(string input) => Task.FromResult(input);
}

/// <summary>Does nothing and fails.</summary>
[Workflow("refusal")]
public sealed class Refusal : Workflow<string, string>
{
    public override Task<string> RunAsync(string input) => throw new ApplicationFailure($"refused: {input}", "Refused");
}

/// <summary>Has a long history: two events a step.</summary>
[Workflow("long")]
public sealed class ManySteps : Workflow<int, int>
{
    public override async Task<int> RunAsync(int steps)
    {
        for (var i = 0; i < steps; i++) await Context.DelayAsync(TimeSpan.FromTicks(1));
        return steps;
    }
}
