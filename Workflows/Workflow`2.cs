namespace Orchestration.Workflows;

/// <summary>A workflow: a class whose <see cref="RunAsync"/> takes an input and ends with an output.</summary>
/// <typeparam name="TInput">The input; must be readable by the payload converter (JSON unless configured).</typeparam>
/// <typeparam name="TOutput">The output; likewise.</typeparam>
public abstract class Workflow<TInput, TOutput> : Workflow
{
    internal sealed override Type InputType => typeof(TInput);

    internal sealed override Type OutputType => typeof(TOutput);

    /// <summary>
    /// The workflow's code. It runs on the run's own scheduler, one step at a time; it may await only what comes from
    /// <see cref="Workflow.Context"/> and tasks made of that. Awaiting anything else stalls the run with an error that says so.
    /// Recorded failures and <see cref="ApplicationFailure"/> that escape fail the run; any other exception stalls it, as most
    /// likely a bug.
    /// </summary>
    public abstract Task<TOutput> RunAsync(TInput input);

    internal sealed override async Task<object?> InvokeAsync(object? input) => await RunAsync((TInput)input!);
}
