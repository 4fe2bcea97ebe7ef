using System.Globalization;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>All that a store answers, to be held against what it answers later.</summary>
internal static class Contents
{
    public static async Task<List<string>> ReadAsync(AzureStorageStores stores, string cluster)
    {
        var lines = new List<string>();
        var listed = (await stores.History.ListAsync(new ListQuery { PageSize = 1000 })).Runs;
        foreach (var run in listed)
        {
            lines.Add($"run {run.Key} {run.Handle} {run.Summary.State} {run.Summary.WakeAt:O} {run.Wakes}");
            lines.Add($"latest {(await stores.History.FindAsync(run.Key.Key))?.Key.RunId}");
            foreach (var batch in (await stores.History.ReadAsync(run.Key, run.Handle, 1, int.MaxValue)).Batches)
                lines.Add($"turn {batch.FirstSequence} {batch.TurnId} {Sum(batch.Body)}");
            for (var command = 1; command <= 2; command++)
                if (await stores.History.FindHeartbeatAsync(run.Key, run.Handle, command) is { } beat)
                    lines.Add($"beat {beat.Command} {beat.Attempt} {Sum(beat.Details.Data)}");
        }

        foreach (var shard in listed.Select(static run => Shards.Of(run.Key.Key, Shards.Default)).Distinct())
        {
            foreach (var state in new[] { RunState.Runnable, RunState.Parked, RunState.Stalled })
                foreach (var due in await stores.History.DueRunsAsync(new DueQuery(shard, state, DateTimeOffset.MaxValue, 1000)))
                    lines.Add($"due {shard} {due.State} {due.Key} {due.WakeAt:O}");
        }

        foreach (var row in await stores.Reminders.ReadRangeAsync(0, 0)) lines.Add($"reminder {row}");
        var members = await stores.Membership.ReadAsync(cluster);
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"members {members.Version}"));
        foreach (var row in members.Members) lines.Add($"member {row}");
        foreach (var key in new[] { "small", "large", "later" })
            if (await stores.SmallState.ReadAsync("schedule", key) is { } state)
                lines.Add($"state {key} {state.ETag} {Sum(state.Data)}");
        return lines;
    }

    private static string Sum(ReadOnlyMemory<byte> bytes) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes.Span))[..16];
}
