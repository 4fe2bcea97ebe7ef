using Orleans.Timers;

namespace Orleans.Runtime;

/// <summary>What a grain class needs of its silo; handed to <see cref="Grain"/> in tests of a class without one.</summary>
public interface IGrainRuntime
{
    /// <summary>The silo's address as text.</summary>
    string SiloIdentity { get; }

    /// <summary>The silo's address.</summary>
    SiloAddress SiloAddress { get; }

    /// <summary>Makes references to grains.</summary>
    IGrainFactory GrainFactory { get; }

    /// <summary>Starts grain timers.</summary>
    ITimerRegistry TimerRegistry { get; }

    /// <summary>The silo's services.</summary>
    IServiceProvider ServiceProvider { get; }

    /// <summary>The silo's clock.</summary>
    TimeProvider TimeProvider { get; }

    /// <summary>Ends an activation once the calls that run have ended.</summary>
    void DeactivateOnIdle(IGrainContext grainContext);

    /// <summary>Keeps an activation from idle collection for at least this long.</summary>
    void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan);
}
