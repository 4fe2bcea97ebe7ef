namespace Orchestration.Workflows;

/// <summary>
/// What every workflow class derives from, through <see cref="Workflow{TInput, TOutput}"/>. An instance of the class lives as
/// long as its activation: fields are rebuilt from history by running the same code again, so workflow code must be deterministic
/// and take time, random numbers and outside facts only from <see cref="Context"/>.
/// </summary>
public abstract class Workflow
{
    private WorkflowContext? _context;

    private protected Workflow()
    {
    }

    /// <summary>The input's type.</summary>
    internal abstract Type InputType { get; }

    /// <summary>The output's type.</summary>
    internal abstract Type OutputType { get; }

    /// <summary>The engine as workflow code sees it. Not available in constructors.</summary>
    protected internal WorkflowContext Context
    {
        get => _context ?? throw new InvalidOperationException(
            "The workflow's Context is available once the engine runs it, not in its constructor.");
        internal set => _context = value;
    }

    /// <summary>Runs the workflow's code on a decoded input and encodes its result.</summary>
    internal abstract Task<object?> InvokeAsync(object? input);
}
