namespace Orchestration.Runtime.Activations;

/// <summary>The turns of one activation.</summary>
internal sealed class TurnQueue
{
    public void Enqueue(TurnItem item) => throw new NotImplementedException($"{item} {this}");
}
