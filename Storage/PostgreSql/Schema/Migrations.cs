namespace Orchestration.Storage.PostgreSql.Schema;

/// <summary>What makes each version of the schema from the one before. Published ones never change; {0} is the schema.</summary>
internal static class Migrations
{
    public static readonly string[] Scripts = [Version1, Version2, Version3, Version4, Version5];

    /// <remarks>
    /// <para><c>runs.sequence</c> is what an append is conditional on: its change is a compare-and-set of one row, which
    /// holds between any number of silos. The row is changed in place within its page (no index has the sequence), hence the
    /// room left there.</para>
    /// <para>Exactly one run of an instance is its <c>latest</c>, by a unique index: of two silos that start one, one
    /// does.</para>
    /// <para>The indexes of what is to be woken hold open runs only, and stay as small as those are few.</para>
    /// </remarks>
    private const string Version1 = """
        CREATE TABLE {0}.meta(
            key text PRIMARY KEY,
            value text NOT NULL
        );
        INSERT INTO {0}.meta(key, value) VALUES ('data_set', gen_random_uuid()::text);

        CREATE TABLE {0}.runs(
            handle bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            instance uuid NOT NULL,
            run uuid NOT NULL,
            previous uuid,
            sequence bigint NOT NULL,
            started_at bigint NOT NULL,
            wake_at bigint,
            due bigint,
            closed_at bigint,
            wakes integer NOT NULL,
            shard smallint NOT NULL,
            status smallint NOT NULL,
            state smallint NOT NULL,
            latest boolean NOT NULL,
            ns text COLLATE "C" NOT NULL,
            id text COLLATE "C" NOT NULL,
            type text COLLATE "C" NOT NULL,
            detail text
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
        CREATE UNIQUE INDEX runs_latest ON {0}.runs(instance) WHERE latest;
        CREATE UNIQUE INDEX runs_by_run ON {0}.runs(instance, run);
        CREATE INDEX runs_by_start ON {0}.runs(ns, started_at, handle);
        CREATE INDEX runs_due ON {0}.runs(shard, due, handle) WHERE due IS NOT NULL;
        CREATE INDEX runs_runnable ON {0}.runs(shard, handle) WHERE state = 0;
        CREATE INDEX runs_stalled ON {0}.runs(shard, handle) WHERE state = 2;

        CREATE TABLE {0}.turns(
            handle bigint NOT NULL,
            first bigint NOT NULL,
            activation uuid NOT NULL,
            number bigint NOT NULL,
            count integer NOT NULL,
            format smallint NOT NULL,
            body bytea NOT NULL,
            PRIMARY KEY (handle, first)
        );

        CREATE TABLE {0}.heartbeats(
            handle bigint NOT NULL,
            command bigint NOT NULL,
            attempt integer NOT NULL,
            headers text,
            details bytea NOT NULL,
            PRIMARY KEY (handle, command)
        ) WITH (fillfactor = 70);

        CREATE TABLE {0}.reminders(
            grain_key uuid NOT NULL,
            name_key uuid NOT NULL,
            hash bigint NOT NULL,
            start_at bigint NOT NULL,
            period bigint NOT NULL,
            etag text NOT NULL,
            grain text NOT NULL,
            name text NOT NULL,
            PRIMARY KEY (grain_key, name_key)
        );
        CREATE INDEX reminders_by_hash ON {0}.reminders(hash);

        CREATE TABLE {0}.states(
            state_key uuid PRIMARY KEY,
            etag text NOT NULL,
            kind text NOT NULL,
            key text NOT NULL,
            data bytea NOT NULL
        );
        """;

    /// <remarks>
    /// A cluster's version is a row of its own, which each change of its members takes first. Signs of life change a member's
    /// row in place, and neither its version nor the cluster's.
    /// </remarks>
    private const string Version2 = """
        CREATE TABLE {0}.clusters(
            cluster text PRIMARY KEY,
            version bigint NOT NULL
        ) WITH (fillfactor = 70);

        CREATE TABLE {0}.members(
            cluster text NOT NULL,
            silo text COLLATE "C" NOT NULL,
            status integer NOT NULL,
            alive_at bigint NOT NULL,
            details text NOT NULL,
            written bigint NOT NULL,
            PRIMARY KEY (cluster, silo)
        ) WITH (fillfactor = 70);
        """;

    /// <remarks>
    /// What lists ask for. Open runs and runs in trouble are few, and so are their indexes; a run that fares well is in the
    /// second
    /// one never, and in the first for as long as it is open. They are made under a lock that holds writes up: a schema with many
    /// runs is brought up to date while no silo runs.
    /// </remarks>
    private const string Version3 = """
        CREATE INDEX runs_by_type ON {0}.runs(ns, type, started_at, handle);
        CREATE INDEX runs_open ON {0}.runs(ns, started_at, handle) WHERE closed_at IS NULL;
        CREATE INDEX runs_in_trouble ON {0}.runs(ns, status, started_at, handle) WHERE status NOT IN (0, 1, 6);
        """;

    /// <remarks>
    /// What tells a schema that was put back: one row, whose place is empty until it is first opened; and a token for each
    /// witness outside.
    /// </remarks>
    private const string Version4 = """
        CREATE TABLE {0}.incarnation(
            one boolean PRIMARY KEY DEFAULT true CHECK (one),
            id uuid NOT NULL,
            place text NOT NULL,
            timeline text NOT NULL,
            previous uuid[] NOT NULL,
            opened_at timestamptz NOT NULL
        ) WITH (fillfactor = 50);
        INSERT INTO {0}.incarnation(id, place, timeline, previous, opened_at) VALUES (gen_random_uuid(), '', '', '{}', now());

        CREATE TABLE {0}.witnesses(
            id uuid PRIMARY KEY,
            token uuid NOT NULL,
            noted_at timestamptz NOT NULL
        ) WITH (fillfactor = 50);
        """;

    /// <remarks>
    /// What ended when: a run gets its entry as it ends. That change moves its row anyhow, since the index of open runs has it.
    /// </remarks>
    private const string Version5 = """
        CREATE INDEX runs_closed ON {0}.runs(ns, closed_at, handle) WHERE closed_at IS NOT NULL;
        """;
}
