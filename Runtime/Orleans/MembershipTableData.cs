using Orleans.Runtime;

namespace Orleans;

/// <summary>Rows of the membership table with their tags, and the table's version, read in one go.</summary>
[GenerateSerializer]
public sealed class MembershipTableData
{
    /// <summary>These rows, with their tags; dead silos last.</summary>
    public MembershipTableData(List<Tuple<MembershipEntry, string>> list, TableVersion version)
    {
        ArgumentNullException.ThrowIfNull(list);
        Members = [.. list.OrderBy(static row => row.Item1.Status == SiloStatus.Dead)
            .ThenBy(static row => row.Item1.SiloName, StringComparer.Ordinal)];
        Version = version;
    }

    /// <summary>One row, with its tag.</summary>
    public MembershipTableData(Tuple<MembershipEntry, string> tuple, TableVersion version)
    {
        Members = [tuple];
        Version = version;
    }

    /// <summary>No rows.</summary>
    public MembershipTableData(TableVersion version)
    {
        Members = [];
        Version = version;
    }

    /// <summary>The rows and their tags.</summary>
    [Id(0)]
    public IReadOnlyList<Tuple<MembershipEntry, string>> Members { get; private set; }

    /// <summary>The table's version.</summary>
    [Id(1)]
    public TableVersion Version { get; private set; }

    /// <summary>The row of a silo and its tag; null where there is none.</summary>
    public Tuple<MembershipEntry, string>? TryGet(SiloAddress silo) =>
        Members.FirstOrDefault(row => row.Item1.SiloAddress.Equals(silo));

    /// <summary>The same without dead silos that a later dead one of their endpoint followed.</summary>
    public MembershipTableData WithoutDuplicateDeads()
    {
        var live = Members.Where(static row => row.Item1.Status != SiloStatus.Dead);
        var dead = Members.Where(static row => row.Item1.Status == SiloStatus.Dead)
            .GroupBy(static row => row.Item1.SiloAddress.Endpoint)
            .Select(static same => same.MaxBy(static row => row.Item1.SiloAddress.Generation)!);
        return new([.. dead, .. live], Version);
    }

    /// <summary>How many silos there are in each state, and which.</summary>
    public override string ToString()
    {
        var states = Members.GroupBy(static row => row.Item1.Status).OrderBy(static state => state.Key)
            .Select(static state => $"{state.Count()} {state.Key}");
        return $"{Members.Count} silos ({string.Join(", ", states)}), Version={Version}. "
            + $"All silos: [{string.Join(", ", Members.Select(static row => row.Item1))}]";
    }
}
