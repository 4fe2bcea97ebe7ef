namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>What is to be undone when an order cannot be fulfilled, last first.</summary>
internal sealed class Compensations
{
    private readonly Stack<Func<Task>> _steps = new();

    public void Add(Func<Task> step) => _steps.Push(step);

    public async Task RunAsync()
    {
        while (_steps.TryPop(out var step)) await step();
    }
}
