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
    private long _length;

    /// <summary>About how many bytes of the log are not in the file yet.</summary>
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
        var written = session.Database.TakePagesWritten();
        var pages = Interlocked.Add(ref _pages, written);

        // Whether the log begins anew after a copying is the readers' affair: what has been copied counts until it is known.
        _length += written;
        if (_length * PageBytes >= options.MaximumLogBytes)
        {
            // Asked again a little later if it fails: commits go on as long as the log itself can grow.
            _length = RetryAt;
            Finish(session, isAtBound: true);
        }
        else if (pages * PageBytes < options.CheckpointBytes) return;
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
                    Finish(session, isAtBound: false);
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

    private void Finish(WriteSession session, bool isAtBound)
    {
        // Of two that copy at once SQLite turns one away; the writer waits instead.
        lock (_copying) FinishAlone(session, isAtBound);
    }

    private void FinishAlone(WriteSession session, bool isAtBound)
    {
        var (frames, copied, busy) = session.Database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);

        // Readers that see an older state keep the log from beginning anew: past the bound they are waited for, and another
        // process that copies.
        var beginsAnew = false;
        if ((long)frames * PageBytes >= options.MaximumLogBytes || (isAtBound && busy))
        {
            (frames, copied, busy) = session.Database.Checkpoint(raw.SQLITE_CHECKPOINT_RESTART);
            beginsAnew = !busy;
        }

        session.Database.TakePagesWritten();
        Interlocked.Exchange(ref _pages, busy ? RetryAt : Math.Max(0, frames - copied));
        _length = busy ? RetryAt : beginsAnew ? 0 : frames;
    }
}
