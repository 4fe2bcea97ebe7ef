namespace Orchestration.Storage.Sqlite.Schema;

/// <summary>What makes each version of the file from the one before. Published ones never change.</summary>
internal static class Migrations
{
    public static readonly string[] Scripts = [Version1, Version2, Version3];

    /// <remarks>
    /// A run's turns lie together, in order, so that a replay reads neighbouring pages, and a turn is one row and no index entry.
    /// A handle grows with every start: the newest run of an instance has the highest one, and no row needs changing for that.
    /// The indexes of what is to be woken hold open runs only, and stay as small as those are few.
    /// </remarks>
    private const string Version1 = """
        CREATE TABLE meta(
            key TEXT PRIMARY KEY,
            value NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE runs(
            handle INTEGER PRIMARY KEY,
            ns TEXT NOT NULL,
            id TEXT NOT NULL,
            run BLOB NOT NULL,
            type TEXT NOT NULL,
            shard INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            previous BLOB,
            status INTEGER NOT NULL,
            state INTEGER NOT NULL,
            wake_at INTEGER,
            due INTEGER,
            closed_at INTEGER,
            wakes INTEGER NOT NULL,
            detail TEXT
        );
        CREATE INDEX runs_by_instance ON runs(ns, id, handle, run);
        CREATE INDEX runs_by_start ON runs(ns, started_at);
        CREATE INDEX runs_due ON runs(shard, due) WHERE due IS NOT NULL;
        CREATE INDEX runs_runnable ON runs(shard) WHERE state=0;
        CREATE INDEX runs_stalled ON runs(shard) WHERE state=2;

        CREATE TABLE turns(
            handle INTEGER NOT NULL,
            first INTEGER NOT NULL,
            count INTEGER NOT NULL,
            turn BLOB NOT NULL,
            format INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY(handle, first)
        ) WITHOUT ROWID;

        CREATE TABLE heartbeats(
            handle INTEGER NOT NULL,
            command INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            headers TEXT,
            details BLOB NOT NULL,
            PRIMARY KEY(handle, command)
        ) WITHOUT ROWID;

        CREATE TABLE reminders(
            grain TEXT NOT NULL,
            name TEXT NOT NULL,
            hash INTEGER NOT NULL,
            start_at INTEGER NOT NULL,
            period INTEGER NOT NULL,
            etag TEXT NOT NULL,
            PRIMARY KEY(grain, name)
        ) WITHOUT ROWID;
        CREATE INDEX reminders_by_hash ON reminders(hash);

        CREATE TABLE states(
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            etag TEXT NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY(kind, key)
        ) WITHOUT ROWID;
        """;

    /// <remarks>
    /// What lists ask for. Open runs and runs in trouble are few, and so are their indexes; a run that fares well is in the
    /// second
    /// one never, and in the first for as long as it is open.
    /// </remarks>
    private const string Version2 = """
        CREATE INDEX runs_by_type ON runs(ns, type, started_at);
        CREATE INDEX runs_open ON runs(ns, started_at) WHERE closed_at IS NULL;
        CREATE INDEX runs_in_trouble ON runs(ns, status, started_at) WHERE status NOT IN (0, 1, 6);
        """;

    /// <remarks>What ended when: a run gets its entry as it ends, beside the one of open runs that goes.</remarks>
    private const string Version3 = """
        CREATE INDEX runs_closed ON runs(ns, closed_at) WHERE closed_at IS NOT NULL;
        """;
}
