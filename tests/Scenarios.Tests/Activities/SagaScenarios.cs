using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Testing;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Activities;

public sealed class SagaScenarios
{
    [Fact]
    public Task Saga_CompensationsInReverseOrder_UndoWhatWasDone() => Scenario.RunAsync(static s =>
    {
        s.OnDisk();
        var world = new World { FailsAt = "car" };
        s.Host(o => o.AddWorkflow<Trip>().AddActivities(world));
        s.Script(async () =>
        {
            var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => s.Env.Client.GetWorkflow<Trip>("t").ExecuteAsync(false));
            Assert.Equal(WorkflowStatus.Failed, failed.Status);
            Assert.IsType<ActivityFailed>(failed.InnerException);
            Assert.Empty(world.Booked);
            if (!s.Crashes) Assert.Equal(["car", "flight", "hotel"], world.Canceled);
            else Assert.Equal(["car", "flight", "hotel"], world.Canceled.Distinct());
        });
    });

    [Fact]
    public Task Saga_ParallelCompensation_UndoesWhatWasDone() => Scenario.RunAsync(static s =>
    {
        var world = new World { FailsAt = "car" };
        s.Host(o => o.AddWorkflow<Trip>().AddActivities(world));
        s.Script(async () =>
        {
            await Assert.ThrowsAsync<WorkflowFailed>(() => s.Env.Client.GetWorkflow<Trip>("t").ExecuteAsync(true));
            Assert.Empty(world.Booked);
            Assert.Equal(["car", "flight", "hotel"], world.Canceled.Distinct().Order());
        });
    });

    [Fact]
    public Task Saga_CompensationThatFails_RetriesAndIsReported() => Scenario.RunAsync(static s =>
    {
        var world = new World { FailsAt = "car", Stays = "flight" };
        s.Host(o => o.AddWorkflow<Trip>().AddActivities(world));
        s.Script(async () =>
        {
            var trip = s.Env.Client.GetWorkflow<Trip>("t");
            var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => trip.ExecuteAsync(false));
            var left = Assert.IsType<CompensationFailed>(failed.InnerException);
            Assert.Equal("cancel flight", Assert.Single(left.Failures).Compensation);
            Assert.Equal(["flight"], world.Booked);
            if (!s.Crashes) Assert.Equal(3, world.Canceled.Count(static c => c == "flight"));
            var description = await trip.DescribeAsync();
            Assert.Equal(FailureKind.Compensation, description.Failure!.Kind);
        });
    });

    [Fact]
    public Task Saga_CanceledRun_UndoesBeyondTheCancellation() => Scenario.RunAsync(static s =>
    {
        var world = new World { WaitsAt = "car" };
        s.Host(o => o.AddWorkflow<Trip>().AddActivities(world));
        s.Script(async () =>
        {
            var trip = s.Env.Client.GetWorkflow<Trip>("t");
            await trip.StartAsync(false);
            await world.Gate.Reached;
            await trip.CancelAsync("enough");
            var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => trip.GetResultAsync());

            // Where the last attempt that is allowed went with its silo, that is what the run fails of, and not of the
            // cancellation.
            if (!s.Crashes) Assert.Equal(WorkflowStatus.Canceled, failed.Status);
            Assert.Empty(world.Booked);
            Assert.Contains("hotel", world.Canceled);
        });
    });

    [Fact]
    public Task Saga_CanceledWhileCompensating_CompensatesToTheEnd() => Scenario.RunAsync(static s =>
    {
        var world = new World { FailsAt = "car", WaitsAt = "cancel-flight" };
        s.Host(o => o.AddWorkflow<Trip>().AddActivities(world));
        s.Script(async () =>
        {
            var trip = s.Env.Client.GetWorkflow<Trip>("t");
            await trip.StartAsync(false);
            await world.Gate.Reached;
            await trip.CancelAsync("too late");
            world.Gate.Open();
            await Assert.ThrowsAsync<WorkflowFailed>(() => trip.GetResultAsync());
            Assert.Empty(world.Booked);
        });
    });

    public interface ITrip
    {
        Task BookAsync(string what, CancellationToken cancellationToken);

        Task CancelAsync(string what, CancellationToken cancellationToken);
    }

    public sealed class World : ITrip
    {
        private readonly Lock _gate = new();

        public string? FailsAt { get; init; }

        public string? WaitsAt { get; init; }

        /// <summary>What cannot be cancelled.</summary>
        public string? Stays { get; init; }

        public ActivityGate Gate { get; } = new();

        public HashSet<string> Booked { get; } = [];

        public List<string> Canceled { get; } = [];

        public async Task BookAsync(string what, CancellationToken cancellationToken)
        {
            if (what == FailsAt) throw new ApplicationFailure("sold out", "SoldOut", nonRetryable: true);
            if (what == WaitsAt) await Gate.WaitAsync(cancellationToken);
            lock (_gate) Booked.Add(what);
        }

        public async Task CancelAsync(string what, CancellationToken cancellationToken)
        {
            lock (_gate) Canceled.Add(what);
            if (what == Stays) throw new InvalidOperationException("not now");
            if ("cancel-" + what == WaitsAt) await Gate.WaitAsync(cancellationToken);
            lock (_gate) Booked.Remove(what);
        }
    }

    /// <summary>Its input: whether to undo in parallel.</summary>
    [Workflow("scenario-trip")]
    public sealed class Trip : Workflow<bool, string>
    {
        public override Task<string> RunAsync(bool input)
        {
            var booking = Context.Activities<ITrip>(new() { StartToCloseTimeout = TimeSpan.FromHours(1) });
            var undoing = Context.Activities<ITrip>(new()
            {
                StartToCloseTimeout = TimeSpan.FromHours(1), Retry = new() { MaximumAttempts = 3 },
            });
            return Context.SagaAsync(async saga =>
            {
                foreach (var what in new[] { "hotel", "flight", "car" })
                {
                    saga.Compensate(() => undoing.CancelAsync(what, default), $"cancel {what}");
                    await booking.BookAsync(what, default);
                }

                return "booked";
            }, new() { CompensatesInParallel = input });
        }
    }
}
