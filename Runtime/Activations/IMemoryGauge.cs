namespace Orchestration.Runtime.Activations;

/// <summary>Tells how much of its memory the process uses.</summary>
internal interface IMemoryGauge
{
    /// <summary>Per cent of what is available to the process.</summary>
    double UsedPercentage { get; }
}
