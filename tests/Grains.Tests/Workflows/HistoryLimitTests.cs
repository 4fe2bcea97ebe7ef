using System.Buffers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>How large a history may become, and how much one turn takes.</summary>
public sealed class HistoryLimitTests : IDisposable
{
    private static readonly Payload Megabyte = new(Encoding.UTF8.GetBytes($"\"{new string('x', 1_000_000)}\""));

    private readonly InMemoryHistoryStore _store = new();
    private readonly World _world = new();
    private readonly LogLines _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Turn_ManyLargeOutcomesWait_TakesAboutAMebibyteAndTheNextTheOthers()
    {
        await using var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Gatherer>("g");
        var run = (await workflow.StartAsync(6)).RunId;
        var large = new Payload(Encoding.UTF8.GetBytes($"\"{new string('x', 400_000)}\""));
        var reports = Enumerable.Range(1, 6).Select(command => new ActivityReport
        {
            Id = new AttemptId(new WorkflowKey("g").ToGrainKey(), run.Value, command, 1),
            Kind = ActivityReportKind.Completed,
            Result = large,
        });
        await silo.Grains.GetGrain<IWorkflowRunGrain>("g").ReportAsync([.. reports]);
        Assert.Equal(6 * 400_000, await workflow.GetResultAsync());
        var record = (await _store.FindAsync(new WorkflowKey("g")))!;
        var batches = (await _store.ReadAsync(record.Key, record.Handle, 1, int.MaxValue)).Batches;
        Assert.Equal([3, 4], batches.Skip(1).Select(static b => b.EventCount)); // the last one ends the run as well
        Assert.All(batches, static b => Assert.InRange(b.Body.Length, 1, (1 << 20) + 410_000));
    }

    [Fact]
    public async Task History_FiftyThousandEvents_StallsAndCanBeTerminated()
    {
        await BeginAsync();
        await FillToAsync(50_000);
        await MeetStalledAsync("50,000");
    }

    [Fact]
    public async Task History_FiftyMegabytes_StallsAndCanBeTerminated()
    {
        await BeginAsync();
        for (var i = 0; i < 50; i++) await FillAsync([Unheard(Megabyte)]);
        await MeetStalledAsync("50,000,000");
    }

    [Fact]
    public async Task History_TenThousandEvents_IsWarnedOfOnceAndGoesOn()
    {
        await BeginAsync();
        await FillToAsync(9_998);
        await MeetWarnedAsync();
    }

    [Fact]
    public async Task History_TenMegabytes_IsWarnedOfOnceAndGoesOn()
    {
        await BeginAsync();
        for (var i = 0; i < 9; i++) await FillAsync([Unheard(Megabyte)]);
        await FillAsync([Unheard(new Payload(Encoding.UTF8.GetBytes($"\"{new string('x', 990_000)}\"")))]);
        await MeetWarnedAsync();
    }

    /// <summary>One silo after the other finds it too large, and none runs its code.</summary>
    private async Task MeetStalledAsync(string limit)
    {
        for (var activation = 1; activation <= 2; activation++)
        {
            await using var silo = await StartAsync();
            var met = silo.Client.GetWorkflow<Turnstile>("t");
            await Assert.ThrowsAsync<WorkflowStalled>(() => met.SignalAsync(w => w.Count()));
            var stalled = await met.DescribeAsync();
            Assert.Equal(WorkflowStatus.Stalled, stalled.Status);
            Assert.Equal(FaultCodes.HistoryTooLarge, stalled.Stall!.Code);
            Assert.Contains(limit, stalled.Stall.Message, StringComparison.Ordinal);
        }

        await using var last = await StartAsync();
        var workflow = last.Client.GetWorkflow<Turnstile>("t");
        await workflow.TerminateAsync("too large");
        Assert.Equal(WorkflowStatus.Terminated, (await workflow.DescribeAsync()).Status);
    }

    private async Task MeetWarnedAsync()
    {
        const string warning = "Continue as new.";
        await using var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Turnstile>("t");
        await workflow.SignalAsync(w => w.Count());
        Assert.Equal(0, _log.CountOf(warning));
        for (var i = 0; i < 3; i++) await workflow.SignalAsync("Unheard", [new string('y', 20_000)]);
        Assert.Equal(1, _log.CountOf(warning));
        Assert.Equal(1, await workflow.QueryAsync(w => w.Signals));
    }

    /// <summary>A run that waits for signals, and no silo.</summary>
    private async Task BeginAsync()
    {
        await using var silo = await StartAsync();
        await silo.Client.GetWorkflow<Turnstile>("t").StartAsync(0);
    }

    /// <summary>Brings the history to so many events.</summary>
    private async Task FillToAsync(int events)
    {
        var record = (await _store.FindAsync(new WorkflowKey("t")))!;
        var tail = (await _store.ReadTailAsync(record.Key, record.Handle))!;
        var missing = events - (int)(tail.FirstSequence + tail.EventCount - 1);
        await FillAsync([.. Enumerable.Range(0, missing).Select(static _ => Unheard())]);
    }

    /// <summary>Appends one turn to the history, as a silo would.</summary>
    private async Task FillAsync(IReadOnlyList<HistoryEvent> events)
    {
        var record = (await _store.FindAsync(new WorkflowKey("t")))!;
        var tail = (await _store.ReadTailAsync(record.Key, record.Handle))!;
        var body = new ArrayBufferWriter<byte>();
        HistorySerializer.Write(events, body);
        var result = await _store.AppendAsync(new AppendRequest
        {
            Key = record.Key,
            Handle = record.Handle,
            ExpectedSequence = tail.FirstSequence + tail.EventCount - 1,
            TurnId = new TurnId(Guid.NewGuid(), 1),
            EventCount = events.Count,
            Format = HistorySerializer.Format,
            Body = body.WrittenMemory.ToArray(),
        });
        Assert.Equal(AppendOutcome.Appended, result.Outcome);
    }

    private static SignalReceived Unheard(params Payload[] arguments) =>
        new() { At = DateTimeOffset.UtcNow, Name = "Unheard", Arguments = arguments };

    private Task<TestSilo> StartAsync() => TestSilo.StartAsync(
        _store,
        static options =>
        {
            LedgerHosting.All(options);
            options.AddWorkflow<Gatherer>();
        },
        services: s => s.AddSingleton(_world).AddSingleton<ILoggerProvider>(_log));
}

/// <summary>Waits for activities whose outcomes others report, and adds up how long they are.</summary>
[Workflow("gatherer")]
public sealed class Gatherer : Workflow<int, int>
{
    public override async Task<int> RunAsync(int input)
    {
        var activities = Context.Activities<ITestActivities>(TestOptions.Quick);
        var texts = await Task.WhenAll(Enumerable.Range(0, input).Select(i => activities.BlockAsync($"gather{i}")));
        return texts.Sum(static t => t.Length);
    }
}
