using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Recovery;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Simulation.Cluster;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Simulation.Breaking;

/// <summary>What the engine of a silo calls others through, with one rule broken on the way.</summary>
internal sealed class BrokenGrains(SimCluster cluster, IGrainFactory inner) : IGrainFactory
{
    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        var grain = inner.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);
        return grain switch
        {
            IShardGrain shard when typeof(TGrainInterface) == typeof(IShardGrain) =>
                (TGrainInterface)(object)new Shard<TGrainInterface>(cluster.Broken, shard),
            IWorkflowRunGrain run when typeof(TGrainInterface) == typeof(IWorkflowRunGrain) =>
                (TGrainInterface)(object)new Run<TGrainInterface>(cluster, run),
            _ => grain,
        };
    }

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId) where TGrainInterface : IAddressable =>
        inner.GetGrain<TGrainInterface>(grainId);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        inner.GetGrain(grainInterfaceType, grainPrimaryKey);

    // Generic, and by that no grain classes.
    private sealed class Shard<T>(SimBreak broken, IShardGrain inner) : IShardGrain
    {
        public Task EnsureAsync(bool siloLost) => inner.EnsureAsync(siloLost);

        public Task<ShardDescription> DescribeAsync() => inner.DescribeAsync();

        public Task NoteAsync(DueNote[] notes) => broken == SimBreak.DueNoteLost ? Task.CompletedTask : inner.NoteAsync(notes);
    }

    private sealed class Run<T>(SimCluster cluster, IWorkflowRunGrain inner) : IWorkflowRunGrain
    {
        public Task WakeAsync(WakeRequest request) => inner.WakeAsync(request);

        public async Task<ReportReply[]> ReportAsync(ActivityReport[] reports)
        {
            if (cluster.Broken == SimBreak.ShutdownTakenForCancellation) reports = Array.ConvertAll(reports, AsCancelled);
            if (cluster.Broken != SimBreak.OutcomeForgotten) return await inner.ReportAsync(reports);
            try
            {
                await inner.ReportAsync(reports);
            }
            catch (Exception)
            {
                // It is forgotten all the same.
            }

            return new ReportReply[reports.Length];
        }

        public async Task<RunCallReply[]> DeliverAsync(RunCall[] calls)
        {
            if (cluster.Broken == SimBreak.ReceiverForgets)
                calls = Array.ConvertAll(calls, c => c with
                {
                    SourceCommand = c.Kind == RunCallKind.Signal
                        ? (long)(cluster.Loop.Random.NextUInt64() >> 8) : c.SourceCommand,
                });
            if (cluster.Broken != SimBreak.OutboxNotRepeated) return await inner.DeliverAsync(calls);
            try
            {
                return Array.ConvertAll(await inner.DeliverAsync(calls), static r =>
                    r.Answer == RunCallAnswer.TryAgain ? new RunCallReply(RunCallAnswer.Taken) : r);
            }
            catch (Exception)
            {
                return Array.ConvertAll(calls, static _ => new RunCallReply(RunCallAnswer.Taken));
            }
        }

        private static ActivityReport AsCancelled(ActivityReport report) => report.Kind != ActivityReportKind.Interrupted
            ? report
            : report with
            {
                Kind = ActivityReportKind.Canceled,
                Failure = Grains.Activities.ActivityFailures.Canceled("", report.Id.Attempt,
                    Orchestration.Workflows.ActivityCancellationReason.WorkerShutdown),
            };
    }
}
