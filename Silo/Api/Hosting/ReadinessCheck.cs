using Orchestration.Grains.Storage;
using Orchestration.Silo.Api.Model;
using Orchestration.Workflows;
using Orleans.Runtime;

namespace Orchestration.Silo.Api.Hosting;

/// <summary>
/// Whether this silo takes work: it is a member in full service, its store answers, and it is not on its way out. Those who ask
/// at the same time share one look at the store.
/// </summary>
internal sealed class ReadinessCheck(
    IHistoryStore store, IClusterMembershipService membership, ILocalSiloDetails local, IHostApplicationLifetime life,
    TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly WorkflowKey Nobody = new("health-check-of-the-store");

    private readonly Lock _gate = new();
    private Task<CheckModel>? _asking;

    /// <summary>Looks.</summary>
    public async Task<HealthModel> CheckAsync(CancellationToken cancellationToken)
    {
        var status = membership.CurrentSnapshot.GetSiloStatus(local.SiloAddress);
        var member = new CheckModel("membership", status == SiloStatus.Active, $"the silo is {status} as a member");
        var stopping = new CheckModel(
            "process", !life.ApplicationStopping.IsCancellationRequested,
            life.ApplicationStopping.IsCancellationRequested ? "the process is shutting down" : "the process runs");
        Task<CheckModel> asking;
        lock (_gate) asking = _asking is { IsCompleted: false } under ? under : _asking = AskStoreAsync();
        var answer = await asking.WaitAsync(cancellationToken);
        CheckModel[] checks = [stopping, member, answer];
        return new HealthModel { IsReady = checks.All(static c => c.IsHealthy), Checks = checks };
    }

    private async Task<CheckModel> AskStoreAsync()
    {
        try
        {
            await store.FindAsync(Nobody).AsTask().WaitAsync(Patience, time);
            return new CheckModel("store", true, "the store answers");
        }
        catch (TimeoutException)
        {
            return new CheckModel("store", false, $"the store has not answered within {Patience.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is StoreUnavailable or EngineFault)
        {
            return new CheckModel("store", false, e.Message);
        }
    }
}
