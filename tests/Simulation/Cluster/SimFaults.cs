using Orchestration.Simulation.Time;

namespace Orchestration.Simulation.Cluster;

/// <summary>How bad the world is to a cluster; drawn for each seed, so that some worlds are calm in what others are bad
/// at.</summary>
internal sealed class SimFaults
{
    /// <summary>A world in which nothing fails.</summary>
    public static SimFaults None => new();

    public double LosesMessage { get; set; }

    public double DoublesMessage { get; set; }

    public double DelaysMessage { get; set; }

    /// <summary>A write is refused for want of a store.</summary>
    public double FailsWrite { get; set; }

    /// <summary>A write takes place and its answer is lost.</summary>
    public double LosesReply { get; set; }

    /// <summary>A write's answer is lost, and it takes place only some time later.</summary>
    public double WritesLate { get; set; }

    public double SlowsStore { get; set; }

    /// <summary>Mean time between crashes, pauses, partitions and the like; infinite where there are none.</summary>
    public TimeSpan Disaster { get; set; } = Timeout.InfiniteTimeSpan;

    public static SimFaults Draw(SimRandom random) => new()
    {
        LosesMessage = Rate(random, 0.03),
        DoublesMessage = Rate(random, 0.05),
        DelaysMessage = Rate(random, 0.05),
        FailsWrite = Rate(random, 0.1),
        LosesReply = Rate(random, 0.1),
        WritesLate = Rate(random, 0.05),
        SlowsStore = Rate(random, 0.1),
        Disaster = TimeSpan.FromSeconds(random.Next(1, 8)),
        ClocksJump = random.Chance(0.3),
    };

    /// <summary>Whether clocks jump, so that what is due by one silo's is not by another's.</summary>
    public bool ClocksJump { get; set; }

    /// <summary>Whether writes fail now.</summary>
    public bool AreStoresBad => FailsWrite + LosesReply + WritesLate > 0;

    /// <summary>The world heals: from now on nothing fails.</summary>
    public void End()
    {
        LosesMessage = DoublesMessage = DelaysMessage = FailsWrite = LosesReply = WritesLate = SlowsStore = 0;
        Disaster = Timeout.InfiniteTimeSpan;
    }

    private static double Rate(SimRandom random, double highest) => random.Chance(0.5) ? 0 : random.NextDouble() * highest;
}
