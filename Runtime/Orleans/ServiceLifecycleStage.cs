namespace Orleans;

/// <summary>The stages of a silo's or client's start, in order; they stop in reverse.</summary>
public static class ServiceLifecycleStage
{
    /// <summary>Before all others.</summary>
    public const int First = int.MinValue;

    /// <summary>The runtime sets itself up.</summary>
    public const int RuntimeInitialize = 2_000;

    /// <summary>Messaging and membership start.</summary>
    public const int RuntimeServices = 4_000;

    /// <summary>Stores open.</summary>
    public const int RuntimeStorageServices = 6_000;

    /// <summary>Runtime services that are made of grains start.</summary>
    public const int RuntimeGrainServices = 8_000;

    /// <summary>After them.</summary>
    public const int AfterRuntimeGrainServices = 8_100;

    /// <summary>The application's own services start.</summary>
    public const int ApplicationServices = 10_000;

    /// <summary>Grains are deactivated when the silo stops; none is activated after it.</summary>
    public const int GrainDeactivation = 19_998;

    /// <summary>The silo joins the cluster.</summary>
    public const int BecomeActive = 19_999;

    /// <summary>The silo takes calls; reminders and the gateway run.</summary>
    public const int Active = 20_000;

    /// <summary>After all others.</summary>
    public const int Last = int.MaxValue;
}
