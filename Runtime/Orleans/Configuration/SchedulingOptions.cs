namespace Orleans.Configuration;

/// <summary>How turns are scheduled and watched.</summary>
public class SchedulingOptions
{
    /// <summary>How long one turn may hold its thread before that is logged; 2 s unless set.</summary>
    public TimeSpan TurnWarningLengthThreshold { get; set; } = TimeSpan.FromSeconds(2);
}
