using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;

namespace Orchestration.Grains.Tests.Recovery;

/// <summary>Runs that are at work when the silo that has them hands them over.</summary>
public sealed class HandoverTests
{
    private const int Runs = 40;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handover_CallersWaitForRunsInTheirMidst_NothingWaitsForTheCallersLimit(bool leaves)
    {
        var world = new World();
        await using var cluster = new EngineCluster { Services = s => s.AddSingleton(world) };
        var first = await cluster.AddAsync(TestHosting.All);
        var second = leaves ? await cluster.AddAsync(TestHosting.All) : null;

        // Each caller waits in the run's grain, for an attempt that ends once the run has moved.
        var ended = Enumerable.Range(0, Runs)
            .Select(n => first.Client.GetWorkflow<Blocker>($"b{n}").ExecuteAsync($"b{n}")).ToArray();
        for (var n = 0; n < Runs; n++) await world.StartOf($"b{n}").Task;
        var began = Stopwatch.GetTimestamp();
        var change = leaves ? cluster.LeaveAsync(second!) : cluster.AddAsync(TestHosting.All);
        for (var n = 0; n < Runs; n++) world.Block($"b{n}").TrySetResult($"done {n}");
        await change;
        for (var n = 0; n < Runs; n++) Assert.Equal($"done {n}", await ended[n]);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task Handover_BeforeADispatchIsAnswered_WhatItsAnswerAsksForIsDoneWhereTheRunComesTo()
    {
        var world = new World();
        var answer = new TaskCompletionSource();
        await using var cluster = new EngineCluster
        {
            Services = services =>
            {
                services.AddSingleton(world);
                services.AddSingleton<IActivityDispatcher>(
                    s => new Refusing(s.GetRequiredService<ActivityDispatcher>(), answer.Task));
            },
        };
        var first = await cluster.AddAsync(TestHosting.All);
        for (var n = 0; n < Runs; n++) await first.Client.GetWorkflow<Blocker>($"b{n}").StartAsync($"b{n}");

        // About half of the runs leave the first silo, each with an attempt of which nobody knows yet that it has been refused.
        var change = cluster.AddAsync(TestHosting.All);
        var shards = first.Services.GetRequiredService<LiveRuns>();
        await Eventually.EventuallyAsync(() => shards.Count < Runs, "runs leave");
        answer.SetResult();
        await change;

        // No client asks for them.
        for (var n = 0; n < Runs; n++) await world.StartOf($"b{n}").Task.WaitAsync(Eventually.Limit);
        for (var n = 0; n < Runs; n++) world.Block($"b{n}").SetResult("done");
    }

    /// <summary>Refuses what is dispatched first, and takes its time to say so.</summary>
    private sealed class Refusing(IActivityDispatcher inner, Task answer) : IActivityDispatcher
    {
        public async ValueTask<DispatchReply[]> DispatchAsync(string host, ActivityTask[] tasks)
        {
            if (answer.IsCompleted) return await inner.DispatchAsync(host, tasks);
            await answer;
            return Array.ConvertAll(tasks, static _ => DispatchReply.Refused);
        }

        public ValueTask CancelAsync(string host, AttemptCancellation[] attempts) => inner.CancelAsync(host, attempts);

        public ValueTask<AttemptInquiryReply[]> InquireAsync(string host, AttemptId[] attempts, long fence) =>
            inner.InquireAsync(host, attempts, fence);
    }
}
