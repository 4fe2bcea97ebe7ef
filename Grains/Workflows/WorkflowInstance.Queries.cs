using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Queries;

namespace Orchestration.Grains.Workflows;

// Questions to the run's code: asked between a commit and the next turn, so that they see durable state alone.
internal sealed partial class WorkflowInstance
{
    private BetweenTurns? _between;

    /// <summary>
    /// Asks the run in memory at once, or, while a turn is being committed, right after it; null where that takes too long or the
    /// activation steps down.
    /// </summary>
    public Task<T?> BetweenTurnsAsync<T>(Func<WorkflowRun, T?> question) where T : class =>
        _open is not { } open ? Task.FromResult<T?>(null)
        : IsTurning ? (_between ??= new BetweenTurns(_services.Messages.Clock)).AskAsync(question)
        : Task.FromResult(question(open.Run));

    /// <summary>Whether the store has something that this activation does not know of.</summary>
    public async Task<bool> IsBehindAsync()
    {
        if (_closed is { } closed) return (await _services.Reader.FindAsync(_key))?.Key.RunId != closed.Record.Key.RunId;
        if (_open is not { } open) return false; // nothing is answered from memory

        // An append that began after the question and was taken shows that nobody else has written. One that was under way when
        // the question came shows nothing: another activation may have written, and acknowledged, since it was taken.
        var begun = _appends;
        for (var turns = 0; IsTurning && turns < 2; turns++)
        {
            if (await BetweenTurnsAsync(static run => run) is null) return _open == open;
            if (_open != open) return false;
            if (_appended > begun) return false;
        }

        var length = await _services.Reader.MeasureTailAsync(open.Key, open.Handle);
        if (_open == open && length > open.Sequence && IsTurning)
            await BetweenTurnsAsync(static run => run); // what is longer may be an append of its own
        return _open == open && length > open.Sequence;
    }

    /// <summary>
    /// Code that may only read has changed the run's state: it is rebuilt from its history, in place.
    /// </summary>
    private async Task RebuildAsync()
    {
        if (_open is not { } open || _tenure.IsLeaving) return;
        _services.Log.Rebuilt(_grainKey, open.WorkflowType, open.Key.RunId.ToString());
        Hold(null);
        _parked = new RunRecord(open.Key, open.Handle, open.WorkflowType, open.StartedAt, open.Summary!, open.Wakes);
        await EnsureOpenAsync(afterCrash: false);
    }
}
