using System.Reflection;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>
/// Stands in for an activity interface within workflow code. Not sealed: the platform derives the stand-ins from it.
/// </summary>
internal class ActivityProxy : DispatchProxy
{
    private RunContext? _context;
    private ActivityInterface? _interface;
    private ActivityCalls? _calls;

    /// <summary>Makes a stand-in.</summary>
    public static T Create<T>(RunContext context, ActivityCalls calls)
        where T : class
    {
        var known = ActivityInterface.Of(typeof(T));
        var made = Create<T, ActivityProxy>();
        var proxy = (ActivityProxy)(object)made;
        proxy._context = context;
        proxy._interface = known;
        proxy._calls = calls;
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _interface!.Method(targetMethod!).Call(_context!, _calls!, args ?? []);
}
