namespace Orchestration.Testing.Time;

/// <summary>
/// A wait for the clock: of an attempt, which lets go of it, or of the test, for which it may jump. Ends once, by the clock or by
/// a token, be it while it begins. Thread-safe.
/// </summary>
internal sealed class WaitInTime(WorkLedger ledger, AttemptHold? attempt, TaskCompletionSource done)
{
    private const int Waiting = 1, Ended = 2;

    private int _phase;

    /// <summary>Begins to wait, unless it has ended already.</summary>
    public void Begin()
    {
        // Before the clock may move: what moves it may end this wait at once, and is to hold the clock again then, whatever
        // becomes of this thread meanwhile.
        if (Interlocked.CompareExchange(ref _phase, Waiting, 0) != 0) return;
        if (attempt is null) ledger.BeginWait();
        else attempt.LetGo();
        ledger.Changed();
    }

    /// <summary>It is over: the clock is held again before anybody hears of it.</summary>
    public void End(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _phase, Ended) == Waiting)
        {
            if (attempt is null) ledger.EndWait();
            else attempt.TakeUp();
        }

        if (token.IsCancellationRequested) done.TrySetCanceled(token);
        else done.TrySetResult();
    }
}
