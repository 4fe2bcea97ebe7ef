namespace Orchestration.Storage.Sqlite;

/// <summary>How the embedded store is opened.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>The file; its directory is created where it is missing. Beside it stand a lock, the name of its
    /// holder, and an incarnation marker.</summary>
    public string Path { get; set; } = "data/orchestration.db";

    /// <summary>
    /// Consents to a file that was put back from a backup. Without it such a file is refused, since work that was done after the
    /// backup was taken would be done again.
    /// </summary>
    public bool AcceptRestore { get; set; }

    /// <summary>
    /// How long a write waits while another process writes, before it fails with a message that names that process. Only where a
    /// file is shared: the membership's, and a store's with <see cref="Shared"/>. 10 s unless set.
    /// </summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Lets several processes of this machine have the file open, for a cluster in development. All of them must say so. Each
    /// write then costs a look at whether others wrote; a restored file is noticed only by the first that opens it.
    /// </summary>
    public bool Shared { get; set; }

    /// <summary>
    /// How many shards a new file gets for recovery; one that is there keeps its number. 256 unless set, 4,096 at most: each is a
    /// grain, and a silo's part of them wakes what that silo's death left.
    /// </summary>
    public int ShardCount { get; set; } = Grains.Storage.Shards.Default;

    /// <summary>How many reads go on at once. 4 unless set.</summary>
    public int Readers { get; set; } = 4;

    /// <summary>The most writes of one commit.</summary>
    public int MaximumGroup { get; set; } = 4096;

    /// <summary>The most bytes of one commit; a larger single write is committed alone.</summary>
    public int MaximumGroupBytes { get; set; } = 16 << 20;

    /// <summary>How many writes may wait for the disk; one more is refused at once, unwritten.</summary>
    public int MaximumWaiting { get; set; } = 200_000;

    /// <summary>The size in bytes at which the write-ahead log is copied into the file, in the background.</summary>
    public long CheckpointBytes { get; set; } = 32 << 20;

    /// <summary>
    /// The size in bytes that the log does not pass by more than one commit: at it the writer waits for the copying.
    /// </summary>
    public long MaximumLogBytes { get; set; } = 256 << 20;

    /// <summary>The writer's page cache, in bytes.</summary>
    public int CacheBytes { get; set; } = 32 << 20;

    /// <summary>For tests of a full disk: the most pages that the file may have now.</summary>
    internal Func<long>? PageLimit { get; set; }

    /// <summary>For tests of unfit file systems: names the one that holds a directory.</summary>
    internal Func<string, string>? FileSystemOf { get; set; }
}
