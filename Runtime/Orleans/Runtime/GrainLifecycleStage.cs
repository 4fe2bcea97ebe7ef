namespace Orleans.Runtime;

/// <summary>The stages of an activation's start, in order.</summary>
public static class GrainLifecycleStage
{
    /// <summary>Before all others.</summary>
    public const int First = int.MinValue;

    /// <summary>State is read from its store.</summary>
    public const int SetupState = 1_000;

    /// <summary>The last hooks before <c>OnActivateAsync</c>.</summary>
    public const int Activate = 2_000;

    /// <summary>After all others.</summary>
    public const int Last = int.MaxValue;
}
