using Orchestration.Runtime.Activations;

namespace Orchestration.Runtime.Messaging;

/// <summary>
/// The token that a grain method is given. It is cancelled in a turn of the grain, so that its callbacks run where the grain's
/// state may be touched.
/// </summary>
#pragma warning disable CA1001 // The source has no timer and its wait handle is never asked for: there is nothing to dispose.
internal sealed class CalleeCancellation : TurnItem
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _source = new();
    private Activation? _activation;
    private int _requested;

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the cancellation has been asked for.</summary>
    public bool IsRequested => Volatile.Read(ref _requested) != 0;

    /// <summary>
    /// Tells where the turn is to run. A request to cancel that came before takes effect at once: this is the turn.
    /// </summary>
    public void Attach(Activation activation)
    {
        Volatile.Write(ref _activation, activation);
        if (Volatile.Read(ref _requested) != 0) _source.Cancel();
    }

    /// <summary>Asks for the cancellation, from any thread.</summary>
    public void Request()
    {
        if (Interlocked.Exchange(ref _requested, 1) != 0) return;
        Volatile.Read(ref _activation)?.Turns.Enqueue(this);
    }

    internal override void Run(Activation activation) => _source.Cancel();
}
