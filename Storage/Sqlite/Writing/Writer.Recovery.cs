using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;
using SQLitePCL;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>
/// What the writer does when a statement or a commit fails: nothing of the group was acknowledged, all of it is done again.
/// </summary>
internal sealed partial class Writer
{
    private long? _stalledAt;
    private bool _sessionLost;

    private void Recover(SqliteFailure error, int current, int attempt)
    {
        if (error.IsOfRequest && current >= 0)
        {
            FailOne(current, error);
            return;
        }

        if (error.IsCorruption)
        {
            LogCorrupt(_group.Count, error);
            Undo();
            FailAll(new EngineFault(FaultCodes.StoreCorrupt, $"{_path} is damaged.", error));
            return;
        }

        if (error.IsBusy && _mark is { Holder: var holder })
        {
            // Nothing was written; the engine repeats what it must, and says to nobody that it is done.
            LogLocked(holder, _group.Count);
            Undo();
            FailAll(new StoreUnavailable(
                $"{_path} has been locked for {_options.LockTimeout.TotalSeconds:0.#} s by {holder}.", error));
            return;
        }

        _stalledAt ??= _time.GetTimestamp();
        if (attempt == 1 || attempt % 16 == 0) LogStalled(error.Message, Waiting, attempt);
        if (error.IsPassing) Undo();
        else _sessionLost = true;
        if (Pause(attempt) && !_sessionLost) MakeRoom();
    }

    private void Undo()
    {
        if (_sessionLost) return;
        try
        {
            _session.Rollback();
        }
        catch (SqliteFailure)
        {
            // The connection itself no longer works: a new one sees the file as the last commit left it.
            _sessionLost = true;
        }
    }

    /// <returns>False where the store is being closed and the disk still does not write.</returns>
    private bool Pause(int attempt)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempt - 1, 10));
        if (pause > LongestPause) pause = LongestPause;
        try
        {
            Task.Delay(pause, _time, _giveUp.Token).GetAwaiter().GetResult();
            return true;
        }
        catch (OperationCanceledException)
        {
            Undo();
            FailAll(new StoreUnavailable("The store was closed while the disk did not write."));
            return false;
        }
    }

    /// <summary>
    /// After a commit whose way to the disk is uncertain the connection is not trusted any more: a new one reads what is there,
    /// and moves the log into the file, which proves that it can be read and written, before the group is done again. What turns
    /// out to have been committed is recognised by its turn id or tag.
    /// </summary>
    private void Reopen()
    {
        foreach (var operation in _group) operation.InDoubt = true;
        _session.Dispose();
        _session = new WriteSession(_path, _options, _mark);
        _session.Database.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        _sessionLost = false;
    }

    /// <summary>Frees the log's space for what waits: the file may have room where the log has not.</summary>
    private void MakeRoom()
    {
        try
        {
            if (_options.PageLimit is { } limit) _session.LimitPages(limit());
            _session.Database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
        }
        catch (SqliteFailure e)
        {
            LogCheckpointFailed(e.Message);
        }
    }

    /// <summary>Whether the group's transaction takes a new id of the file along.</summary>
    private bool TryRenew()
    {
        if (Incarnation is null || _time.GetElapsedTime(_renewedAt) < BetweenRenewals) return false;
        _renewedAt = _time.GetTimestamp();
        return TryMark(() => Incarnation.RenewWithin(_session.Database));
    }

    private void Settle()
    {
        // Others that share the file draw ids too: the one before stays named.
        if (!_options.Shared) TryMark(Incarnation!.Settle);
    }

    // A marker that cannot be written is no reason not to write the file: it names what the file has.
    private bool TryMark(Action mark)
    {
        try
        {
            mark();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNoMarker(e.Message);
            return false;
        }
    }
}
