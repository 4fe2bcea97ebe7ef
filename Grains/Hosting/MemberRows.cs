using System.Text.Json;
using Orchestration.Grains.Storage;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Hosting;

/// <summary>Orleans' membership entries as rows of the store, and back.</summary>
internal static class MemberRows
{
    public static MemberRow ToRow(MembershipEntry entry, string tag = "")
    {
        ArgumentNullException.ThrowIfNull(entry);
        var details = new MemberDetails(
            entry.SiloName, entry.HostName, entry.ProxyPort, Utc(entry.StartTime),
            entry.SuspectTimes?.Select(static s => new MemberSuspicion(s.Item1.ToParsableString(), Utc(s.Item2))).ToArray(),
            entry.RoleName, entry.UpdateZone, entry.FaultZone);
        return new MemberRow(
            entry.SiloAddress.ToParsableString(), (int)entry.Status, AliveAt(entry),
            JsonSerializer.Serialize(details, JsonSerializerOptions.Web), tag);
    }

    public static MembershipEntry ToEntry(MemberRow row)
    {
        var details = JsonSerializer.Deserialize<MemberDetails>(row.Details, JsonSerializerOptions.Web)!;
        return new MembershipEntry
        {
            SiloAddress = SiloAddress.FromParsableString(row.Silo),
            Status = (SiloStatus)row.Status,
            IAmAliveTime = row.AliveAt.UtcDateTime,
            SiloName = details.Name ?? "",
            HostName = details.Host ?? "",
            ProxyPort = details.GatewayPort,
            StartTime = details.StartedAt,
            SuspectTimes = details.Suspicions?
                .Select(static s => Tuple.Create(SiloAddress.FromParsableString(s.By), s.At)).ToList(),
            RoleName = details.Role,
            UpdateZone = details.UpdateZone,
            FaultZone = details.FaultZone,
        };
    }

    public static DateTimeOffset AliveAt(MembershipEntry entry) => new(Utc(entry.IAmAliveTime));

    // Orleans' times are UTC whatever their kind says.
    private static DateTime Utc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
