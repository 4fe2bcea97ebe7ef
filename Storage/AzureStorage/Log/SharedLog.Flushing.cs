using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Log.Flushing;
using Orchestration.Storage.AzureStorage.Log.Memory;
using Orchestration.Storage.AzureStorage.Log.Writing;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>When the log is moved to packs: once it is long or old enough, by one silo at a time.</summary>
internal sealed partial class SharedLog
{
    private const int HoldBackAt = 8;

    // After a flush that failed, or that another silo is at.
    private static readonly TimeSpan FlushPause = TimeSpan.FromSeconds(10);

    private readonly List<LogWrite> _held = [];
    private Task _flushing = Task.CompletedTask;
    private ITimer? _timer;
    private long? _pausedSince;
    private bool _isArmed;

    /// <summary>Moves what the log holds now to packs and tables.</summary>
    /// <returns>Whether it was done, and not by another silo meanwhile.</returns>
    public async Task<bool> FlushAsync()
    {
        await ProveAsync().ConfigureAwait(false);
        var started = _time.GetTimestamp();
        var snapshot = Read(static memory => FlushSnapshot.Of(memory));
        var flusher = new Flusher(this, _blobs, snapshot, _giveUp.Token);
        var tables = await flusher.RunAsync().ConfigureAwait(false);
        if (tables is null)
        {
            // Its manifest may be all that the other silo lived to write: no record of the log tells of it then.
            _mustReload = true;
            return false;
        }

        _written = tables;
        await WriteAsync(new CheckpointWrite(tables.Manifest.Version)).ConfigureAwait(false);
        await flusher.RemoveOldAsync(tables).ConfigureAwait(false);
        LogFlushed(snapshot.Runs.Count, flusher.PackedBytes, tables.Tables.Count, _time.GetElapsedTime(started).TotalSeconds);
        return true;
    }

    private void ConsiderFlush()
    {
        if (_memory is null || !_flushing.IsCompleted || _closed) return;
        var (bytes, since) = Read(static memory => (memory.Bytes, memory.Since));
        if (since is not { } first) return;
        var wait = _options.FlushAge - _time.GetElapsedTime(first);
        if (bytes >= _options.FlushBytes) wait = TimeSpan.Zero;
        if (_pausedSince is { } paused && FlushPause - _time.GetElapsedTime(paused) is var pause && pause > wait) wait = pause;
        if (wait > TimeSpan.Zero) Arm(wait);
        else _flushing = Task.Run(FlushByTurnsAsync);
    }

    /// <summary>Considers it again later, should nothing be written until then.</summary>
    private void Arm(TimeSpan after)
    {
        if (_isArmed) return;
        _isArmed = true;
        _timer ??= _time.CreateTimer(
            static log => ((SharedLog)log!).Considered(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    private async void Considered()
    {
        _isArmed = false;
        try
        {
            await ProveAsync().ConfigureAwait(false); // the loop considers it then
        }
        catch (EngineFault e)
        {
            LogFlushFailed(e.Message);
        }
    }

    private async Task FlushByTurnsAsync()
    {
        _pausedSince = null;
        try
        {
            if (await _blobs.TryLeaseAsync(Names.FlushLease, _giveUp.Token).ConfigureAwait(false) is not { } lease)
            {
                _pausedSince = _time.GetTimestamp();
                return;
            }

            try
            {
                if (!await FlushAsync().ConfigureAwait(false)) _pausedSince = _time.GetTimestamp();
            }
            finally
            {
                await _blobs.ReleaseAsync(Names.FlushLease, lease).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_giveUp.IsCancellationRequested)
        {
            // The store closes; what the log holds stays there.
        }
        catch (Exception e)
        {
            _pausedSince = _time.GetTimestamp();
            LogFlushFailed(e.Message);
        }
        finally
        {
            LetGo();
        }
    }

    /// <summary>
    /// Writes wait where flushes do not keep up, so that memory stays bounded. What the flush itself needs goes on.
    /// </summary>
    private void HoldBack(LogMemory memory)
    {
        if (memory.Bytes < (long)HoldBackAt * _options.FlushBytes || _closed) return;
        var held = _current.Where(static write => write is not (CheckpointWrite or ProofWrite)).ToArray();
        _current.RemoveAll(static write => write is not (CheckpointWrite or ProofWrite));
        if (_pausedSince is null)
        {
            lock (_gate) _held.AddRange(held);
            ConsiderFlush();
            return;
        }

        var full = new StoreUnavailable(
            $"{_blobs.Where}: what the log holds cannot be moved to packs, and it grows too long; the silo's log says why.");
        foreach (var write in held) write.Fail(full);
    }

    private void LetGo()
    {
        lock (_gate)
        {
            _waiting.InsertRange(0, _held);
            _held.Clear();
            _work.Set();
        }
    }

    private async Task StopFlushingAsync()
    {
        if (_timer is not null) await _timer.DisposeAsync().ConfigureAwait(false);
        await _flushing.ConfigureAwait(false);
    }
}
