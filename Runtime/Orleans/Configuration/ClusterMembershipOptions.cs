namespace Orleans.Configuration;

/// <summary>
/// How silos find out that one of them is gone. With the values unless set, a silo that dies is declared dead within about four
/// seconds.
/// </summary>
public class ClusterMembershipOptions
{
    /// <summary>
    /// How many times in a row a silo may fail to renew its sign of life in the table, each of
    /// <see cref="IAmAliveTablePublishTimeout"/>, before a silo that joins no longer counts it in; 3 unless set.
    /// </summary>
    public int NumMissedTableIAmAliveLimit { get; set; } = 3;

    /// <summary>Whether silos that are found to be gone are declared dead; true unless set. Off only for debugging.</summary>
    public bool LivenessEnabled { get; set; } = true;

    /// <summary>How often a silo is probed, and how long it may take to answer; 1 s unless set.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the table is read, beside the news that silos send one another; 10 s unless set.</summary>
    public TimeSpan TableRefreshTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long a suspicion in the table is no longer counted; 2 minutes unless set.</summary>
    public TimeSpan DeathVoteExpirationTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a silo writes its sign of life to the table; 5 s unless set.</summary>
    public TimeSpan IAmAliveTablePublishTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>For how long a silo tries to join before its start fails; 5 minutes unless set.</summary>
    public TimeSpan MaxJoinAttemptTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether silos tell one another of changes, beside the table; true unless set.</summary>
    public bool UseLivenessGossip { get; set; } = true;

    /// <summary>How many silos each silo probes; 3 unless set. It need not grow with the cluster.</summary>
    public int NumProbedSilos { get; set; } = 3;

    /// <summary>How many probes in a row a silo must miss to be suspected; 3 unless set.</summary>
    public int NumMissedProbesLimit { get; set; } = 3;

    /// <summary>
    /// How many silos must suspect a silo for it to be declared dead; 2 unless set. Fewer where fewer are left.
    /// </summary>
    public int NumVotesForDeathDeclaration { get; set; } = 2;

    /// <summary>
    /// How old the last sign of life of a silo that is gone must be for its row to be removed; 7 days unless set.
    /// </summary>
    public TimeSpan DefunctSiloExpiration { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often rows of silos that are gone are removed; every hour unless set, null for never.</summary>
    public TimeSpan? DefunctSiloCleanupPeriod { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether another silo is asked to probe a silo that seems to be gone; true unless set.</summary>
    public bool EnableIndirectProbes { get; set; } = true;
}
