namespace Orleans.Configuration;

/// <summary>When activations are ended because they are idle or memory runs short.</summary>
public class GrainCollectionOptions
{
    /// <summary>The value of <see cref="CollectionQuantum"/> unless set.</summary>
    public static readonly TimeSpan DEFAULT_COLLECTION_QUANTUM = TimeSpan.FromMinutes(1);

    /// <summary>The value of <see cref="ActivationTimeout"/> unless set.</summary>
    public static readonly TimeSpan DEFAULT_ACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>The value of <see cref="DeactivationTimeout"/> unless set.</summary>
    public static readonly TimeSpan DEFAULT_DEACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>How often idle activations are looked for; an activation may outstay its age by as much.</summary>
    public TimeSpan CollectionQuantum { get; set; } = DEFAULT_COLLECTION_QUANTUM;

    /// <summary>How long an activation may be idle; 15 minutes unless set.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Ages by the full name of the grain class, where they differ.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    /// <summary>How long an activation may take to start; 30 s unless set.</summary>
    public TimeSpan ActivationTimeout { get; set; } = DEFAULT_ACTIVATION_TIMEOUT;

    /// <summary>How long an activation may take to end; 30 s unless set.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = DEFAULT_DEACTIVATION_TIMEOUT;

    /// <summary>Whether the activations idle for longest are ended when memory runs short; false unless set.</summary>
    public bool EnableActivationSheddingOnMemoryPressure { get; set; }

    /// <summary>How often memory is looked at; 5 s unless set.</summary>
    public TimeSpan MemoryUsagePollingPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The share of the memory available, in per cent, above which activations are shed; 80 unless set.</summary>
    public double MemoryUsageLimitPercentage { get; set; } = 80;

    /// <summary>The share, in per cent, down to which they are shed; 75 unless set.</summary>
    public double MemoryUsageTargetPercentage { get; set; } = 75;
}
