namespace Orchestration.OrderFulfillment.Running;

/// <summary>Shows how a run goes on.</summary>
public interface IRunDisplay
{
    /// <summary>
    /// Shows the progress of <paramref name="run"/>, which calls back for every order that ends; from any thread.
    /// </summary>
    Task ShowAsync(long orders, Func<Action, Task> run);
}
