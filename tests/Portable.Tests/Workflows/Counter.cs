using Orchestration.Workflows;

namespace Orchestration.Portable.Tests.Workflows;

/// <summary>Counts signals over many runs of one instance.</summary>
[Workflow("portable-counter")]
public sealed class Counter : Workflow<int, int>
{
    private int _count;
    private bool _ends;

    [Signal]
    public void Add() => _count++;

    [Signal]
    public void End() => _ends = true;

    public override async Task<int> RunAsync(int carried)
    {
        _count += carried;
        await Context.WhenAsync(() => _ends || _count - carried >= 5);
        if (_ends) return _count;
        throw Context.ContinueAsNew(_count);
    }
}
