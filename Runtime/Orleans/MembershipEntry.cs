using Orleans.Runtime;

namespace Orleans;

/// <summary>A silo's row in the membership table. Not thread-safe: a table copies what it is given and what it returns.</summary>
[GenerateSerializer]
public sealed class MembershipEntry : ISpanFormattable
{
    /// <summary>The silo: endpoint and generation. The row's key.</summary>
    [Id(0)]
    public SiloAddress SiloAddress { get; set; } = default!;

    /// <summary>The silo's state. It only ever moves forward.</summary>
    [Id(1)]
    public SiloStatus Status { get; set; }

    /// <summary>
    /// Who suspects the silo of being dead, and since when by the suspecting silo's own clock; null for nobody.
    /// </summary>
    [Id(2)]
    public List<Tuple<SiloAddress, DateTime>>? SuspectTimes { get; set; }

    /// <summary>The port where clients connect; 0 where the silo is no gateway.</summary>
    [Id(3)]
    public int ProxyPort { get; set; }

    /// <summary>The name of the silo's machine.</summary>
    [Id(4)]
    public string HostName { get; set; } = default!;

    /// <summary>The silo's name.</summary>
    [Id(5)]
    public string SiloName { get; set; } = default!;

    /// <summary>Not used by the bundled runtime; stored as it is.</summary>
    [Id(6)]
    public string? RoleName { get; set; }

    /// <summary>Not used by the bundled runtime; stored as it is.</summary>
    [Id(7)]
    public int UpdateZone { get; set; }

    /// <summary>Not used by the bundled runtime; stored as it is.</summary>
    [Id(8)]
    public int FaultZone { get; set; }

    /// <summary>When the silo started, by its own clock; for people.</summary>
    [Id(9)]
    public DateTime StartTime { get; set; }

    /// <summary>
    /// The silo's last sign of life, by its own clock. Other silos look only at whether it changes, never at what it says.
    /// </summary>
    [Id(10)]
    public DateTime IAmAliveTime { get; set; }

    /// <summary>
    /// Records a suspicion: renews the silo's own, else adds one, or replaces the oldest where there are that many.
    /// </summary>
    public void AddOrUpdateSuspector(SiloAddress localSilo, DateTime voteTime, int maxVotes)
    {
        ArgumentNullException.ThrowIfNull(localSilo);
        var votes = SuspectTimes ??= [];
        var place = votes.FindIndex(vote => localSilo.Equals(vote.Item1));
        if (place < 0 && votes.Count > 0 && votes.Count >= maxVotes)
        {
            var oldest = votes.Min(static vote => vote.Item2);
            if (voteTime >= oldest) place = votes.FindIndex(vote => vote.Item2 == oldest);
        }

        if (place < 0) AddSuspector(localSilo, voteTime);
        else votes[place] = Tuple.Create(localSilo, voteTime);
    }

    /// <summary>Adds a suspicion.</summary>
    public void AddSuspector(SiloAddress suspectingSilo, DateTime suspectingTime) =>
        (SuspectTimes ??= []).Add(Tuple.Create(suspectingSilo, suspectingTime));

    /// <summary>The row on one line, with all that it holds.</summary>
    public string ToFullString()
    {
        var suspects = SuspectTimes is { Count: > 0 } votes
            ? $" SuspectTimes=[{string.Join(", ", votes.Select(static vote => $"{vote.Item1}: {vote.Item2:O}"))}]" : "";
        return $"[SiloAddress={SiloAddress} SiloName={SiloName} Status={Status} HostName={HostName} ProxyPort={ProxyPort} "
            + $"RoleName={RoleName} UpdateZone={UpdateZone} FaultZone={FaultZone} StartTime={StartTime:O} "
            + $"IAmAliveTime={IAmAliveTime:O}{suspects}]";
    }

    /// <summary>The row on one line, in short.</summary>
    public override string ToString() => $"SiloAddress={SiloAddress} SiloName={SiloName} Status={Status}";

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite($"SiloAddress={SiloAddress} SiloName={SiloName} Status={Status}", out charsWritten);

    internal MembershipEntry Copy()
    {
        var copy = (MembershipEntry)MemberwiseClone();
        if (SuspectTimes is { } votes) copy.SuspectTimes = [.. votes];
        return copy;
    }
}
