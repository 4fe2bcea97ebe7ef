using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>A child's outcome, for as many as ask for it, by whatever type.</summary>
internal sealed class ChildOutcomeWaiter
{
    private readonly TaskCompletionSource<Payload> _source = new();

    /// <summary>Ends with the result or the failure.</summary>
    public Task<Payload> Task => _source.Task;

    public void Complete(Payload result) => _source.TrySetResult(result);

    public void Fail(Exception failure)
    {
        if (_source.TrySetException(failure)) _ = _source.Task.Exception; // nobody need ask for it
    }
}
