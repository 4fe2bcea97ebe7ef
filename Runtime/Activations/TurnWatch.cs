using System.Runtime.CompilerServices;

namespace Orchestration.Runtime.Activations;

/// <summary>
/// What each thread is at, for the watchdog: writing it costs a turn a few plain stores, where reading a clock twice would cost
/// more than the turn itself.
/// </summary>
internal sealed class TurnWatch
{
    private static readonly Lock Gate = new();
    private static readonly List<WeakReference<TurnWatch>> All = [];

    [ThreadStatic]
    private static TurnWatch? _mine;

    private Activation? _activation;
    private int _turn;

    /// <summary>Notes that this thread runs turns of an activation.</summary>
    public static TurnWatch Enter(Activation activation)
    {
        var mine = _mine ?? Register();
        mine._activation = activation;
        return mine;
    }

    /// <summary>Notes that the next turn begins on this thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void NextTurn()
    {
        if (_mine is { } mine) mine._turn++;
    }

    /// <summary>
    /// The activation that each thread is at, with the number of the turn; threads that are at none are left out.
    /// </summary>
    public static List<(TurnWatch Watch, Activation Activation, int Turn)> Snapshot()
    {
        var busy = new List<(TurnWatch, Activation, int)>();
        lock (Gate)
        {
            for (var i = All.Count - 1; i >= 0; i--)
            {
                if (!All[i].TryGetTarget(out var watch))
                    All.RemoveAt(i);
                else if (Volatile.Read(ref watch._activation) is { } activation)
                    busy.Add((watch, activation, Volatile.Read(ref watch._turn)));
            }
        }

        return busy;
    }

    public void Exit() => _activation = null;

    private static TurnWatch Register()
    {
        var mine = _mine = new TurnWatch();
        lock (Gate) All.Add(new WeakReference<TurnWatch>(mine));
        return mine;
    }
}
