using Orchestration.Testing.Time;

namespace Orchestration.Testing.Tests;

/// <summary>
/// The clock must not move between the end of an attempt's wait and the moment at which its code goes on: it would fly past the
/// attempt's own deadlines.
/// </summary>
public sealed class WaitInTimeTests
{
    private readonly WorkLedger _ledger = new();
    private readonly TaskCompletionSource _done = new();

    [Fact]
    public void Wait_EndedByWhatMovesTheClockAsItBegins_HoldsItAtOnce()
    {
        var attempt = new AttemptHold(_ledger);
        attempt.Begin();
        var wait = new WaitInTime(_ledger, attempt, _done);
        var held = new List<long>();
        _ledger.OnIdle = () =>
        {
            if (held.Count > 0) return false;
            wait.End(default); // the clock has moved to its time
            held.Add(_ledger.Counts.Holds);
            return false;
        };

        wait.Begin();

        Assert.Equal([1], held);
        Assert.True(_done.Task.IsCompleted);
        Assert.Equal(1, _ledger.Counts.Holds);
    }

    [Fact]
    public void Wait_EndedBeforeItBegins_NeverLetsGo()
    {
        var attempt = new AttemptHold(_ledger);
        attempt.Begin();
        var wait = new WaitInTime(_ledger, attempt, _done);
        var idle = 0L;
        _ledger.OnIdle = () =>
        {
            if (_ledger.Counts.Holds == 0) idle++;
            return false;
        };

        wait.End(new CancellationToken(canceled: true));
        wait.Begin();
        _ledger.Changed();

        Assert.Equal(0, idle);
        Assert.True(_done.Task.IsCanceled);
    }

    [Fact]
    public void Attempt_TakenUpBeforeItLetsGo_HoldsAllAlong()
    {
        var attempt = new AttemptHold(_ledger);
        attempt.Begin();
        attempt.TakeUp(); // the answer came while the question was being sent
        Assert.Equal(1, _ledger.Counts.Holds);
        attempt.LetGo();
        Assert.Equal(1, _ledger.Counts.Holds);
    }
}
