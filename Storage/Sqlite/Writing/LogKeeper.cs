using Orchestration.Storage.Sqlite.Native;
using SQLitePCL;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>
/// Keeps the write-ahead log small without making the writer wait: a connection of its own copies the bulk into the file, on its
/// own thread; the little that was written meanwhile the writer copies between two groups, and the log then begins anew from its
/// start.
/// </summary>
internal sealed class LogKeeper(string path, SqliteStoreOptions options, Writer writer) : IDisposable
{
    private const int PageBytes = 8192;
    private const int Rest = 128;
    private const int Passes = 4;

    private readonly Lock _copying = new();
    private readonly SemaphoreSlim _wanted = new(0);
    private Thread? _thread;
    private volatile bool _stopping;
    private int _busy;
    private long _pages;

    /// <summary>About how many bytes the log holds.</summary>
    public long Bytes => Interlocked.Read(ref _pages) * PageBytes;

    private long RetryAt => (options.MaximumLogBytes - (options.CheckpointBytes / 2)) / PageBytes;

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "orchestration store checkpoint" };
        _thread.Start();
    }

    /// <summary>Ends the thread. Called by the writer's.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wanted.Release();
        _thread?.Join();
        _wanted.Dispose();
    }

    /// <summary>Tells of a commit. Called by the writer's thread, after each.</summary>
    public void Wrote(WriteSession session)
    {
        var pages = Interlocked.Add(ref _pages, session.Database.TakePagesWritten());
        if (pages * PageBytes < options.CheckpointBytes) return;
        if (pages * PageBytes >= options.MaximumLogBytes)
        {
            // Asked again a little later if it fails: commits go on as long as the log itself can grow.
            Interlocked.Exchange(ref _pages, RetryAt);
            Finish(session, raw.SQLITE_CHECKPOINT_RESTART);
        }
        else if (Interlocked.Exchange(ref _busy, 1) == 0) _wanted.Release();
    }

    private void Run()
    {
        Database? database = null;
        while (true)
        {
            _wanted.Wait();
            if (_stopping) break;
            try
            {
                database ??= Open();
                for (var pass = 0; pass < Passes; pass++)
                {
                    int left;
                    lock (_copying) left = Left(database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE));
                    if (left < Rest) break;
                }

                writer.Post(session =>
                {
                    Volatile.Write(ref _busy, 0);
                    Finish(session, raw.SQLITE_CHECKPOINT_PASSIVE);
                });
            }
            catch (SqliteFailure)
            {
                // The writer meets the same trouble and reports it; the next commit asks again.
                database?.Dispose();
                database = null;
                Volatile.Write(ref _busy, 0);
            }
        }

        database?.Dispose();
    }

    private Database Open()
    {
        var database = Database.Open(path, create: false);
        database.Execute("PRAGMA synchronous=FULL; PRAGMA cache_size=-512");
        return database;
    }

    private static int Left((int Frames, int Copied, bool Busy) log) => log.Busy ? 0 : log.Frames - log.Copied;

    private void Finish(WriteSession session, int mode)
    {
        // Of two that copy at once SQLite turns one away; the writer waits instead, for the log is at its bound.
        lock (_copying) FinishAlone(session, mode);
    }

    private void FinishAlone(WriteSession session, int mode)
    {
        var (frames, copied, busy) = session.Database.Checkpoint(mode);

        // Readers that see an older state keep the log from beginning anew: past the bound they are waited for.
        if (mode != raw.SQLITE_CHECKPOINT_RESTART && (long)frames * PageBytes >= options.MaximumLogBytes)
            (frames, copied, busy) = session.Database.Checkpoint(raw.SQLITE_CHECKPOINT_RESTART);
        session.Database.TakePagesWritten();
        Interlocked.Exchange(ref _pages, busy ? RetryAt : Math.Max(0, frames - copied));
    }
}
