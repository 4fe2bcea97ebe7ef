using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>How a grain timer behaves.</summary>
public readonly struct GrainTimerCreationOptions
{
    /// <summary>Options to be set by name.</summary>
    public GrainTimerCreationOptions()
    {
    }

    /// <summary>A timer that fires after the first span and then every second one.</summary>
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>From now until it fires first; infinite for not until changed.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>From the end of one callback to the start of the next; infinite for once only.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Whether the callback may start while a call awaits, as if always interleaving; false unless set.</summary>
    public bool Interleave { get; init; }

    /// <summary>
    /// Whether a callback counts as use of the activation, which keeps it from idle collection; false unless set.
    /// </summary>
    public bool KeepAlive { get; init; }
}
