namespace Orchestration.Runtime.Activations;

/// <summary>Work of the runtime itself that runs as a turn of an activation.</summary>
internal abstract class TurnItem
{
    internal abstract void Run(Activation activation);
}
