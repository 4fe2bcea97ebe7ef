namespace Orchestration.Workflows;

/// <summary>
/// A part of a workflow that is cancelled as one. What <see cref="RunAsync(Func{Task})"/> runs, and all that it awaits from the
/// context
/// without a token of its own, observes the scope. A linked scope is cancelled with its surroundings too; a detached one by its
/// own
/// <see cref="Cancel"/> alone, so that clean-up goes on while the run is being cancelled.
/// </summary>
/// <remarks>Made by <see cref="WorkflowContext.CreateScope"/> and <see cref="WorkflowContext.CreateDetachedScope"/>. For the
/// run's own
/// code only; scopes nest.</remarks>
public sealed class CancellationScope : IDisposable
{
    private static readonly AsyncLocal<CancellationScope?> Ambient = new();

    private readonly CancellationTokenSource _source;

    internal CancellationScope(CancellationToken? outer) => _source = outer is { } token
        ? CancellationTokenSource.CreateLinkedTokenSource(token)
        : new CancellationTokenSource();

    /// <summary>Cancelled with the scope.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether it is cancelled.</summary>
    public bool IsCancellationRequested => _source.IsCancellationRequested;

    /// <summary>The scope that the calling code runs in; null outside of any.</summary>
    internal static CancellationScope? Current => Ambient.Value;

    /// <summary>Cancels what runs in the scope: timers, waits, activities and children by their cancellation types.</summary>
    public void Cancel() => _source.Cancel();

    /// <summary>Runs code in the scope.</summary>
    public async Task RunAsync(Func<Task> code)
    {
        ArgumentNullException.ThrowIfNull(code);
        Ambient.Value = this; // flows into the code; ends with this method
        await code();
    }

    /// <summary>Runs code in the scope.</summary>
    public async Task<TResult> RunAsync<TResult>(Func<Task<TResult>> code)
    {
        ArgumentNullException.ThrowIfNull(code);
        Ambient.Value = this;
        return await code();
    }

    /// <summary>Lets go of the surroundings; what runs in the scope is not cancelled by it.</summary>
    public void Dispose() => _source.Dispose();
}
