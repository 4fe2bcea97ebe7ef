using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>
/// Takes numbered messages of several callers, holds each against its caller's last one, and continues as new whenever its
/// history has grown.
/// </summary>
[Workflow("message-sink")]
public sealed class MessageSinkWorkflow : Workflow<MessageSink, MessageSink>
{
    private MessageSink? _state;
    private bool _finished;

    /// <summary>A caller's next number.</summary>
    [Signal("note")]
    public void Note(int caller, long number) => Take(caller, number);

    /// <summary>The same as an update.</summary>
    [Update("count")]
    public long Count(int caller, long number)
    {
        Take(caller, number);
        return number;
    }

    /// <summary>No more will come.</summary>
    [Signal("finish")]
    public void Finish() => _finished = true;

    /// <inheritdoc/>
    public override async Task<MessageSink> RunAsync(MessageSink input)
    {
        _state = Merge(input);
        await Context.WhenAsync(() => _finished || Context.ShouldContinueAsNew);
        return _finished ? _state : throw Context.ContinueAsNew(_state);
    }

    // What came before the first line of RunAsync is counted from zero; its numbers follow those of the input.
    private MessageSink Merge(MessageSink input) => _state is null
        ? input with { Runs = input.Runs + 1 }
        : throw new InvalidOperationException("A handler ran before the run's own code.");

    private void Take(int caller, long number)
    {
        var state = _state!;
        var misplaced = number == state.Last[caller] + 1 ? 0 : 1;
        state.Last[caller] = number;
        _state = state with { Taken = state.Taken + 1, Misplaced = state.Misplaced + misplaced };
    }
}
