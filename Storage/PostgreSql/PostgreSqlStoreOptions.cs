using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql;

/// <summary>How the PostgreSQL store is opened.</summary>
public sealed class PostgreSqlStoreOptions
{
    /// <summary>
    /// Where the database is, in Npgsql's form (<c>Host=db;Database=orchestration;Username=silo;Password=...</c>). Several
    /// hosts may be named: the one that takes writes is found. A connection pooler in front must pool by session.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// The database schema that holds the tables: lower-case letters, digits and underscores, at most 63. Data sets in schemas of
    /// their own share a database without touching each other.
    /// </summary>
    public string Schema { get; set; } = "orchestration";

    /// <summary>
    /// Whether opening creates the tables or brings them up to date where needed, which takes the rights of their owner.
    /// Otherwise only <see cref="PostgreSqlStores.MigrateAsync"/> does, and a schema that is missing or older is refused.
    /// </summary>
    public bool Migrate { get; set; } = true;

    /// <summary>
    /// Consents to a database that was put back from a backup or copied, or that went on from a standby while no silo ran.
    /// Without it such a one is refused, since work that was done after the backup was taken would be done again.
    /// </summary>
    public bool AcceptRestore { get; set; }

    /// <summary>
    /// A directory that outlives this process and is not part of the database's backups: a small file there tells that a backup
    /// of the server's files was put back, which the server itself cannot tell. Null, as unless set, for none.
    /// </summary>
    public string? WitnessDirectory { get; set; }

    /// <summary>
    /// How many shards a new data set gets for recovery; one that is there keeps its number. 256 unless set, 4,096 at most: each
    /// is a grain, and a silo's part of them wakes what another silo's death left.
    /// </summary>
    public int ShardCount { get; set; } = Grains.Storage.Shards.Default;

    /// <summary>
    /// How many reads, and writes of reminders and small state, go on at once; each takes a connection. 8 unless set.
    /// </summary>
    public int Readers { get; set; } = 8;

    /// <summary>How many groups of writes are on their way at once; each takes a connection. 2 unless set.</summary>
    public int Writers { get; set; } = 2;

    /// <summary>The most writes of one commit.</summary>
    public int MaximumGroup { get; set; } = 1024;

    /// <summary>The most bytes of one commit; a larger single write is committed alone.</summary>
    public int MaximumGroupBytes { get; set; } = 8 << 20;

    /// <summary>How many writes may wait for the database; one more is refused at once, unwritten.</summary>
    public int MaximumWaiting { get; set; } = 200_000;

    /// <summary>
    /// Reads an address: a URL (<c>postgres://user:password@host:5432/database?schema=orchestration</c>, where parts have their
    /// special characters percent-encoded, and further settings of Npgsql's follow the schema), or Npgsql's own form.
    /// </summary>
    /// <exception cref="Grains.Storage.StoreRefused">It is neither (ORCH0104). The message does not repeat it.</exception>
    public static PostgreSqlStoreOptions Parse(string address) => StoreUrl.Parse(address);

    /// <summary>Server, database and schema, without secrets.</summary>
    public string Describe() => StoreUrl.Describe(this);
}
