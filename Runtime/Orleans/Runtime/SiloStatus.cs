namespace Orleans.Runtime;

/// <summary>The life of a silo, in order.</summary>
public enum SiloStatus
{
    /// <summary>Unknown.</summary>
    None,

    /// <summary>Made, not started.</summary>
    Created,

    /// <summary>Starting.</summary>
    Joining,

    /// <summary>Takes calls.</summary>
    Active,

    /// <summary>Hands over and takes no new activations.</summary>
    ShuttingDown,

    /// <summary>Stops at once.</summary>
    Stopping,

    /// <summary>Gone for good.</summary>
    Dead,
}
