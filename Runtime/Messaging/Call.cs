using Orchestration.Runtime.Activations;

namespace Orchestration.Runtime.Messaging;

/// <summary>Something that an activation admits and runs like a call: a request, or the tick of a timer.</summary>
internal abstract class Call
{
    /// <summary>Whether it may start while others await.</summary>
    public abstract bool AlwaysInterleaves { get; }

    /// <summary>Whether it may start while others that do not change the grain await.</summary>
    public abstract bool IsReadOnly { get; }

    /// <summary>Whether it need not be run any more.</summary>
    public abstract bool IsVoid { get; }

    /// <summary>The request context that it runs in.</summary>
    public virtual Dictionary<string, object>? Context
    {
        get => null;
        set { }
    }

    /// <summary>Whether running it counts as use of the activation.</summary>
    public virtual bool IsUse => true;

    /// <summary>
    /// Calls the grain in the current turn; the activation hears of the end, which may come before this returns.
    /// </summary>
    internal abstract void Start(Activation activation, object grain);

    /// <summary>The activation has ended without running it.</summary>
    internal abstract void NotRun(Activation activation);

    /// <summary>The activation never came to be.</summary>
    internal abstract void ActivationFailed(Exception error);
}
