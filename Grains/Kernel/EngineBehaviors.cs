namespace Orchestration.Grains.Kernel;

/// <summary>
/// Numbered engine behaviours that change the order of commands. A run records those it began with, so that it is replayed with
/// them for ever; a new behaviour is a new flag.
/// </summary>
[Flags]
public enum EngineBehaviors
{
    /// <summary>The first form.</summary>
    None = 0,
}
