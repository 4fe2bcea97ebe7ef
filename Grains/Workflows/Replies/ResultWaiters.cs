using Orchestration.Grains.Interfaces.Workflows;

namespace Orchestration.Grains.Workflows.Replies;

/// <summary>
/// Callers that wait in the grain itself for the end of a run that is at work. Short waits only: as soon as the run waits for
/// time or messages they are sent to the silo's result hub, so that waiting never keeps an activation in memory.
/// </summary>
internal sealed class ResultWaiters
{
    /// <summary>How long one call may wait.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly List<Waiter> _waiters = [];

    /// <summary>When the first of them has waited long enough; null where nobody waits.</summary>
    public DateTimeOffset? NextDeadline { get; private set; }

    /// <summary>Waits until told, at most until the deadline.</summary>
    public Task<ResultReply> WaitAsync(DateTimeOffset deadline)
    {
        var waiter = new Waiter(deadline, new TaskCompletionSource<ResultReply>());
        _waiters.Add(waiter);
        if (NextDeadline is null || deadline < NextDeadline) NextDeadline = deadline;
        return waiter.Reply.Task;
    }

    /// <summary>Answers all.</summary>
    public void Answer(ResultReply reply)
    {
        if (_waiters.Count == 0) return;
        var answered = _waiters.ToArray();
        _waiters.Clear();
        NextDeadline = null;
        foreach (var waiter in answered) waiter.Reply.TrySetResult(reply);
    }

    /// <summary>Answers those whose time has come.</summary>
    public void AnswerDue(DateTimeOffset now, ResultReply reply)
    {
        if (NextDeadline is null || NextDeadline > now) return;
        var due = _waiters.FindAll(w => w.Deadline <= now);
        _waiters.RemoveAll(w => w.Deadline <= now);
        NextDeadline = _waiters.Count == 0 ? null : _waiters.Min(static w => w.Deadline);
        foreach (var waiter in due) waiter.Reply.TrySetResult(reply);
    }

    private readonly record struct Waiter(DateTimeOffset Deadline, TaskCompletionSource<ResultReply> Reply);
}
