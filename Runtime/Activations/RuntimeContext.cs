namespace Orchestration.Runtime.Activations;

/// <summary>
/// Which activation's turn runs on this thread; null outside turns and on threads that grain code started itself.
/// </summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static Activation? _current;

    public static Activation? Current => _current;

    /// <summary>Sets the activation of this thread and returns the one before.</summary>
    public static Activation? Enter(Activation? activation)
    {
        var before = _current;
        _current = activation;
        return before;
    }
}
