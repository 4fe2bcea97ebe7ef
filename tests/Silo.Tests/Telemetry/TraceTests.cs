using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Silo.Telemetry;
using Orchestration.Workflows;
using Orleans.Hosting;

namespace Orchestration.Silo.Tests.Telemetry;

[Workflow("traced")]
public sealed class Traced : Workflow<string, string>
{
    private bool _goes;

    [Signal]
    public void Go() => _goes = true;

    public override async Task<string> RunAsync(string input)
    {
        var echo = Context.Activities<IEcho>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
        var first = await echo.SayAsync(input);
        await Context.WhenAsync(() => _goes);
        return first + await echo.SayAsync(input);
    }
}

public interface IEcho
{
    Task<string> SayAsync(string text);
}

public sealed class Echo : IEcho
{
    public Task<string> SayAsync(string text) => Task.FromResult(text);
}

/// <summary>One trace, from the client through two silos that follow each other, as OpenTelemetry's exporter sees it.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task Trace_AcrossARestart_IsOneAndNothingIsEmittedOnReplay()
    {
        var spans = new List<Activity>();
        var gate = new Lock();
        using var source = new ActivitySource("Orchestration.Tests");
        using var provider = TelemetryHosting.AddSources(Sdk.CreateTracerProviderBuilder())
            .AddInMemoryExporter(new Kept(spans, gate)).Build();
        var store = new InMemoryHistoryStore();
        ActivityTraceId trace;
        await using (var first = await StartAsync(store))
        {
            using var root = source.StartActivity("a customer's request");
            trace = root!.TraceId;
            await first.Client.GetWorkflow<Traced>("t").StartAsync("x");
            await Orchestration.Tests.Support.Eventually.EventuallyAsync(
                () => Task.FromResult(Of(spans, gate, trace)), static s => s.Any(static a =>
                    a.DisplayName.StartsWith("activity ", StringComparison.Ordinal)),
                "the first activity has ended");
        }

        await using (var second = await StartAsync(store))
        {
            await second.Client.GetWorkflow<Traced>("t").SignalAsync(w => w.Go());
            Assert.Equal("xx", await second.Client.GetWorkflow<Traced>("t").GetResultAsync());
        }

        provider!.ForceFlush();
        var all = Of(spans, gate, trace);
        Assert.Equal(2, all.Count(static s => s.DisplayName == "activity Echo.Say"));
        var run = Assert.Single(all, static s => s.DisplayName == "workflow traced");
        Assert.Equal("Completed", run.GetTagItem("orchestration.workflow.status"));
        var start = Assert.Single(all, static s => s.DisplayName == "workflow.start");
        Assert.All(all.Where(static s => s.Source.Name is "Orchestration.Activities" or "Orchestration.Workflows"),
            s => Assert.Equal(start.SpanId, s.ParentSpanId));
    }

    [Fact]
    public async Task Trace_OfARunWithoutACallersOne_IsItsOwn()
    {
        var spans = new List<Activity>();
        var gate = new Lock();
        using var provider = Sdk.CreateTracerProviderBuilder().AddSource("Orchestration.Workflows", "Orchestration.Activities")
            .AddInMemoryExporter(new Kept(spans, gate)).Build();
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var handle = silo.Client.GetWorkflow<Traced>("own-trace");
        await handle.StartAsync("x");
        await handle.SignalAsync(w => w.Go());
        await handle.GetResultAsync();
        provider!.ForceFlush();
        List<Activity> own;
        lock (gate)
            own = [.. spans.Where(static s => s.GetTagItem("orchestration.workflow.id") as string == "own-trace")];
        Assert.Equal(4, own.Count); // its start, two attempts, the run
        Assert.Single(own.Select(static s => s.TraceId).Distinct());
    }

    private static List<Activity> Of(List<Activity> spans, Lock gate, ActivityTraceId trace)
    {
        lock (gate) return [.. spans.Where(s => s.TraceId == trace)];
    }

    private static async Task<TestHost> StartAsync(InMemoryHistoryStore store)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<IHistoryStore>(store);
        builder.Services.AddSingleton<IReminderStore, InMemoryReminderStore>();
        builder.Services.AddSingleton<ISmallStateStore, InMemorySmallStateStore>();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(SiloPorts.OrFree(0), SiloPorts.OrFree(0));
            silo.UseStoreReminders();
            silo.AddOrchestration(static o => o.AddWorkflow<Traced>().AddActivities<Echo>());
        });
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return new TestHost(host);
    }

    private sealed class TestHost(IHost host) : IAsyncDisposable
    {
        public IWorkflowClient Client { get; } = host.Services.GetRequiredService<IWorkflowClient>();

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    /// <summary>The exporter adds from any thread.</summary>
    private sealed class Kept(List<Activity> spans, Lock gate) : System.Collections.ObjectModel.Collection<Activity>(spans)
    {
        protected override void InsertItem(int index, Activity item)
        {
            lock (gate) base.InsertItem(index, item);
        }
    }
}
