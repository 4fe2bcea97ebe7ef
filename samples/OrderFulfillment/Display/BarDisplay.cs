using Orchestration.OrderFulfillment.Running;
using Spectre.Console;

namespace Orchestration.OrderFulfillment.Display;

/// <summary>A progress bar, for people.</summary>
internal sealed class BarDisplay(IAnsiConsole console) : IRunDisplay
{
    public Task ShowAsync(long orders, Func<Action, Task> run) => console.Progress()
        .Columns(
            new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(),
            new SpinnerColumn())
        .StartAsync(async progress =>
        {
            var bar = progress.AddTask($"{orders} orders", maxValue: Math.Max(1, orders));
            await run(() => bar.Increment(1));
            bar.StopTask();
        });
}
