using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>A child's outcome, for as many as ask for it, before it is there or after, each by a type of its own.</summary>
internal sealed class ChildOutcomeWaiter
{
    private readonly List<IWaiter> _waiters = [];
    private Payload? _result;
    private Exception? _failure;

    /// <summary>Ends the waiter with the outcome, now or later.</summary>
    public void Add(IWaiter waiter)
    {
        if (_failure is not null) waiter.Fail(_failure);
        else if (_result is not null) waiter.Complete(_result);
        else _waiters.Add(waiter);
    }

    /// <summary>The child has a result.</summary>
    public void Complete(Payload result)
    {
        if (IsEnded) return;
        _result = result;
        foreach (var waiter in Take()) waiter.Complete(result);
    }

    /// <summary>There is none.</summary>
    public void Fail(Exception failure)
    {
        if (IsEnded) return;
        _failure = failure;
        foreach (var waiter in Take()) waiter.Fail(failure);
    }

    private bool IsEnded => _result is not null || _failure is not null;

    private IWaiter[] Take()
    {
        var waiters = _waiters.ToArray();
        _waiters.Clear();
        return waiters;
    }
}
