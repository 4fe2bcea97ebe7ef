using Orchestration.Simulation.Time;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Simulation.Cluster;

/// <summary>The membership table as one silo reaches it: late, or not at all for a while.</summary>
internal sealed class SimTable(SimLoop loop, SimLane lane, SimFaults faults, IMembershipTable inner, Func<bool> isReachable)
    : IMembershipTable
{
    public Task InitializeMembershipTable(bool tryInitTableVersion) =>
        PassAsync(() => Done(inner.InitializeMembershipTable(tryInitTableVersion)));

    public Task DeleteMembershipTableEntries(string clusterId) => PassAsync(() =>
        Done(inner.DeleteMembershipTableEntries(clusterId)));

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) =>
        PassAsync(() => Done(inner.CleanupDefunctSiloEntries(beforeDate)));

    public Task<MembershipTableData> ReadRow(SiloAddress key) => PassAsync(() => inner.ReadRow(key));

    public Task<MembershipTableData> ReadAll() => PassAsync(inner.ReadAll);

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) =>
        PassAsync(() => inner.InsertRow(entry, tableVersion));

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        PassAsync(() => inner.UpdateRow(entry, etag, tableVersion));

    public Task UpdateIAmAlive(MembershipEntry entry) => PassAsync(() => Done(inner.UpdateIAmAlive(entry)));

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    private Task<T> PassAsync<T>(Func<Task<T>> call)
    {
        var answer = new TaskCompletionSource<T>();
        loop.After(loop.World, Delay(), () =>
        {
            var failure = !isReachable() || loop.Random.Chance(faults.FailsWrite)
                ? new TimeoutException("The simulated membership table is away.") : null;
            var result = failure is null ? call().GetAwaiter().GetResult() : default;
            if (loop.Random.Chance(faults.LosesReply)) failure = new TimeoutException("The table's answer was lost.");
            loop.After(lane, Delay(), () =>
            {
                if (failure is null) answer.TrySetResult(result!);
                else answer.TrySetException(failure);
            });
        });
        return answer.Task;
    }

    private TimeSpan Delay() => loop.Random.About(TimeSpan.FromMilliseconds(loop.Random.Chance(faults.SlowsStore) ? 100 : 1));
}
