using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Tests.Activations;
using Orchestration.Tests.Support;
using Orleans;
using Orleans.Hosting;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orchestration.Runtime.Tests.Hosting;

[AttributeUsage(AttributeTargets.Class)]
public sealed class BySiloKeyAttribute() : PlacementAttribute(new BySiloKey());

public sealed class BySiloKey : PlacementStrategy;

public sealed class BySiloKeyDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silo = SiloAddress.FromParsableString(target.GrainIdentity.Key.ToString());
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : throw new SiloUnavailableException($"{silo} is gone.");
    }
}

public interface ISiloBoundGrain : IGrainWithStringKey
{
    Task<string> WhereAsync();
}

[BySiloKey]
public sealed class SiloBoundGrain(ILocalSiloDetails local) : Grain, ISiloBoundGrain
{
    public Task<string> WhereAsync() => Task.FromResult(local.SiloAddress.ToParsableString());
}

public interface IEndlessGrain : IGrainWithStringKey
{
    Task SpinAsync();
}

public sealed class EndlessGrain(EndlessTurn turn) : Grain, IEndlessGrain
{
    public Task SpinAsync()
    {
        turn.Entered.SetResult();
        turn.Released.Wait();
        return Task.CompletedTask;
    }
}

public sealed class EndlessTurn : IDisposable
{
    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ManualResetEventSlim Released { get; } = new();

    public void Dispose() => Released.Dispose();
}

public sealed class SiloTests
{
    [Fact]
    public async Task Stop_TurnThatNeverEnds_IsLeftBehindOnceTheSiloIsToHurry()
    {
        var time = new ManualTimeProvider();
        var turn = new EndlessTurn();
        var silo = await TestSilo.StartAsync(builder => builder.Services.AddSingleton(turn), time);
        var call = silo.Grain<IEndlessGrain>("a").SpinAsync();
        await turn.Entered.Task;
        using var hurry = new CancellationTokenSource();
        var stopping = silo.StopAsync(hurry.Token);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(stopping.IsCompleted); // it may take its time until somebody is in a hurry
        await hurry.CancelAsync();
        await Eventually.EventuallyAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(5));
                return stopping.IsCompleted;
            },
            "the silo stops without the turn");
        turn.Released.Set();
        await Record.ExceptionAsync(() => call);
        await Record.ExceptionAsync(() => stopping);
        await silo.DisposeAsync();
    }

    [Fact]
    public async Task Stop_ActiveGrains_AreDeactivatedAndLaterCallsRefused()
    {
        var log = new LifeLog();
        var silo = await TestSilo.StartAsync(builder => builder.Services.AddSingleton(log));
        var grains = Enumerable.Range(0, 300).Select(i => silo.Grain<ILifeGrain>($"{i}")).ToArray();
        await Task.WhenAll(grains.Select(static grain => grain.CallAsync()));
        await silo.StopAsync();
        Assert.Equal(300, log.Entries.Count(static entry => entry == "deactivate ShuttingDown"));
        Assert.Equal(300, log.Entries.Count(static entry => entry == "dispose"));
        await Assert.ThrowsAsync<SiloUnavailableException>(() => grains[0].CallAsync());
        await silo.DisposeAsync();
    }

    [Fact]
    public async Task Lifecycle_Stages_StartInOrderAndStopInReverse()
    {
        var seen = new ConcurrentQueue<string>();
        var silo = await TestSilo.StartAsync(builder => builder.Services
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Stage(seen, ServiceLifecycleStage.Active))
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Stage(seen, ServiceLifecycleStage.RuntimeStorageServices))
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Stage(seen, ServiceLifecycleStage.ApplicationServices)));
        await silo.StopAsync();
        await silo.DisposeAsync();
        Assert.Equal(["start 6000", "start 10000", "start 20000", "stop 20000", "stop 10000", "stop 6000"], seen);
    }

    [Fact]
    public async Task Lifecycle_StageFails_StartFailsAndWhatHadStartedStops()
    {
        var seen = new ConcurrentQueue<string>();
        await Assert.ThrowsAsync<InvalidDataException>(() => TestSilo.StartAsync(builder =>
        {
            builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Stage(seen,
                ServiceLifecycleStage.RuntimeStorageServices));
            builder.AddStartupTask(static (_, _) =>
                throw new InvalidDataException("bad file"), ServiceLifecycleStage.ApplicationServices);
        }));
        Assert.Equal(["start 6000", "stop 6000"], seen);
    }

    [Fact]
    public async Task Membership_OfOneSilo_ShowsItsLife()
    {
        var silo = await TestSilo.StartAsync();
        var membership = silo.Services.GetRequiredService<IClusterMembershipService>();
        Assert.Equal(SiloStatus.Active, membership.CurrentSnapshot.GetSiloStatus(silo.Local.SiloAddress));
        var seen = new List<SiloStatus>();
        var reading = Task.Run(async () =>
        {
            await foreach (var snapshot in membership.MembershipUpdates) seen.Add(snapshot.GetSiloStatus(silo.Local.SiloAddress));
        });
        await Eventually.EventuallyAsync(() => seen.Count > 0, "the first snapshot is read");
        await silo.StopAsync();
        await reading;
        await silo.DisposeAsync();
        Assert.Equal(SiloStatus.Active, seen[0]);
        Assert.Equal(SiloStatus.Dead, seen[^1]);
    }

    [Fact]
    public async Task Placement_ByOwnDirector_FindsTheSiloOrSaysThatItIsGone()
    {
        await using var silo = await TestSilo.StartAsync(static builder =>
            builder.AddPlacementDirector<BySiloKey, BySiloKeyDirector>());
        var here = silo.Local.SiloAddress.ToParsableString();
        Assert.Equal(here, await silo.Grain<ISiloBoundGrain>(here).WhereAsync());
        await Assert.ThrowsAsync<SiloUnavailableException>(() => silo.Grain<ISiloBoundGrain>("127.0.0.1:4@4").WhereAsync());
    }

    private sealed class Stage(ConcurrentQueue<string> seen, int stage) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
            "test", stage,
            _ =>
            {
                seen.Enqueue($"start {stage}");
                return Task.CompletedTask;
            },
            _ =>
            {
                seen.Enqueue($"stop {stage}");
                return Task.CompletedTask;
            });
    }
}
