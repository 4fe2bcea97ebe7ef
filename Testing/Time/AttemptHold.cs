namespace Orchestration.Testing.Time;

/// <summary>
/// The hold of one attempt's code on the clock. It holds it while it runs or waits for something outside; it lets go while it
/// waits for the environment (a delay or a gate of it, a client's call), and for good when it has ended. Thread-safe.
/// </summary>
internal sealed class AttemptHold(WorkLedger ledger)
{
    private static readonly AsyncLocal<AttemptHold?> Ambient = new();

    private readonly Lock _gate = new();
    private int _letGo;
    private bool _told;
    private bool _ended;
    private bool _holds;

    /// <summary>The attempt that the calling code belongs to.</summary>
    public static AttemptHold? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>The attempt is about to begin.</summary>
    public void Begin() => Change(0, told: null, ended: false);

    /// <summary>Its code waits for the environment.</summary>
    public void LetGo() => Change(1, told: false, ended: false);

    /// <summary>What its code waited for has come; to be called before the code hears of it.</summary>
    public void TakeUp() => Change(-1, told: null, ended: false);

    /// <summary>Its token is cancelled, so its code may go on, whatever it waits for.</summary>
    public void Told() => Change(0, told: true, ended: false);

    /// <summary>It has ended, or its outcome no longer depends on its code.</summary>
    public void End() => Change(0, told: null, ended: true);

    private void Change(int letGo, bool? told, bool ended)
    {
        bool released;
        lock (_gate)
        {
            _letGo += letGo;
            _told = told ?? _told;
            _ended |= ended;
            var before = _holds;
            _holds = !_ended && (_letGo <= 0 || _told); // below: taken up by who was faster than the one that lets go
            released = before && !_holds;
            if (released) ledger.Release();
            else if (_holds && !before) ledger.Hold();
        }

        // Outside the lock, since the clock may move at once.
        if (released) ledger.Changed();
    }
}
