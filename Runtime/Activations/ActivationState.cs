namespace Orchestration.Runtime.Activations;

/// <summary>The life of an activation, in order.</summary>
internal enum ActivationState
{
    /// <summary>In the catalog, but no turn of it has run.</summary>
    Created,

    /// <summary>Constructor, start hooks and <c>OnActivateAsync</c> run; calls wait.</summary>
    Activating,

    /// <summary>Calls run.</summary>
    Active,

    /// <summary>Running calls end, then <c>OnDeactivateAsync</c> and stop hooks run; calls wait.</summary>
    Deactivating,

    /// <summary>Out of the catalog; calls that still arrive are sent anew.</summary>
    Ended,
}
