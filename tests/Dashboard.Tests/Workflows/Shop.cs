using Orchestration.Workflows;

namespace Orchestration.Dashboard.Tests.Workflows;

public interface IShop
{
    Task ReserveAsync(string note);

    Task ReleaseAsync(string note);

    Task<string> ChargeAsync(int failures);
}

public sealed class Shop(ActivityContext context) : IShop
{
    public Task ReserveAsync(string note) => Task.CompletedTask;

    public Task ReleaseAsync(string note) => Task.CompletedTask;

    public Task<string> ChargeAsync(int failures) => context.Attempt > failures
        ? Task.FromResult("charge-1") : throw new ApplicationFailure("the card was declined", "CardDeclined");
}
