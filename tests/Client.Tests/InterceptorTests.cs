using System.Text;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Visibility;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Client.Tests;

/// <summary>Interceptors round what is neither a start nor a message: tokens, activities, listings, histories, status.</summary>
public sealed class InterceptorTests
{
    private static readonly Guid Run = Guid.NewGuid();

    private readonly ScriptedGrains _grains = new();
    private readonly WorkflowClientOptions _options = new();

    private static string Token => "wt1." + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Run:N}\n3\nsecret\nw")).TrimEnd('=');

    private static string Attempt => ActivityToken.Of(new AttemptId("w", Run, 3, 1));

    [Fact]
    public async Task Calls_OfEachKind_PassTheInterceptorsInOrderAndAreChangedByThem()
    {
        _options.Interceptors.Add(new Note("a"));
        _options.Interceptors.Add(new Note("b"));
        var client = new WorkflowClient(_grains, _options);
        var handle = client.GetWorkflow<WorkflowClientTests.Doubling>("w");

        _grains.Then(new ControlReply(null, Run, default));
        await client.RejectTokenAsync(Token, "no");
        var completion = Assert.IsType<CompleteTokenRequest>(_grains.Sent[^1]);
        Assert.Equal((Run, 3L, "noab"), (completion.RunId, completion.Command, completion.Failure!.Message));

        _grains.Then(new ControlReply(null, Run, default));
        await handle.PauseActivityAsync(3, "why");
        var control = Assert.IsType<ActivityControlRequest>(_grains.Sent[^1]);
        Assert.Equal((ActivityControlKind.Pause, 3L, "whyab"), (control.Kind, control.Command, control.Reason));

        _grains.Then(new OutsideReply(null, default, IsPaused: true));
        var beat = await client.HeartbeatActivityAsync(Attempt);
        Assert.True(beat.IsPaused);
        Assert.Equal("\"ab\"", Assert.IsType<OutsideReport>(_grains.Sent[^1]).Value!.ToString());

        _grains.Then(new ListReply(null, [], null));
        Assert.Empty(await client.ListAsync(new WorkflowFilter { IdPrefix = "x" }).ToListAsync());
        Assert.Equal("xab", Assert.IsType<ListRequest>(_grains.Sent[^1]).IdPrefix);

        _grains.Then(new HistoryReply { RunId = Run, Chunks = [] });
        Assert.Empty(await handle.GetHistoryAsync(fromSequence: 5).ToListAsync());
        Assert.Equal(7, Assert.IsType<HistoryRequest>(_grains.Sent[^1]).FromSequence);

        _grains.Then(new StatusReply { RunId = Run, Status = WorkflowStatus.Completed, Changes = [] });
        Assert.Equal(12, Assert.Single(await handle.WatchStatusAsync(cursor: 10).ToListAsync()).Cursor);
        Assert.Equal(new StatusRequest(null, 12), _grains.Sent[^1]);
    }

    [Fact]
    public async Task Interceptor_ThatRefuses_KeepsEachFromBeingSent()
    {
        _options.Interceptors.Add(new Refuse());
        var client = new WorkflowClient(_grains, _options);
        var handle = client.GetWorkflow<WorkflowClientTests.Doubling>("w");
        Func<Task>[] calls =
        [
            () => client.CompleteTokenAsync(Token, 1), () => client.RejectTokenAsync(Token, "no"),
            () => handle.PauseActivityAsync(3), () => handle.ResumeActivityAsync(3), () => handle.ResetActivityAsync(3),
            () => handle.ChangeActivityAsync(3, new ActivityChange()),
            () => client.CompleteActivityAsync(Attempt), () => client.FailActivityAsync(Attempt, new ApplicationFailure("x")),
            () => client.CancelActivityAsync(Attempt), () => client.HeartbeatActivityAsync(Attempt),
            async () => await client.ListAsync().ToListAsync(), async () => await handle.GetHistoryAsync().ToListAsync(),
            async () => await handle.WatchStatusAsync().ToListAsync(), () => handle.ExportHistoryAsync(new MemoryStream()),
        ];
        foreach (var call in calls) await Assert.ThrowsAsync<UnauthorizedAccessException>(call);
        Assert.Empty(_grains.Sent);
    }

    [Fact]
    public async Task Interceptor_ThatMakesAFilterIllegal_IsTold()
    {
        _options.Interceptors.Add(new Contradict());
        var client = new WorkflowClient(_grains, _options);
        await Assert.ThrowsAsync<InvalidRequest>(async () => await client.ListAsync().ToListAsync());
        await Assert.ThrowsAsync<InvalidRequest>(async () => await client.GetWorkflow("w").GetHistoryAsync().ToListAsync());
        Assert.Empty(_grains.Sent);
    }

    private sealed class Note(string name) : IClientInterceptor
    {
        public Task EndTokenAsync(TokenCall call, Func<TokenCall, Task> next) =>
            next(call with { Rejection = call.Rejection + name });

        public Task ControlActivityAsync(ActivityControlCall call, Func<ActivityControlCall, Task> next) =>
            next(call with { Reason = call.Reason + name });

        public Task<OutsideHeartbeat> ReportActivityAsync(
            ActivityReportCall call, Func<ActivityReportCall, Task<OutsideHeartbeat>> next)
        {
            var before = call.Value is { } value ? JsonPayloadConverter.Default.FromPayload(value, typeof(string)) : "";
            return next(call with { Value = JsonPayloadConverter.Default.ToPayload($"{before}{name}", typeof(string)) });
        }

        public IAsyncEnumerable<RunListing> ListAsync(ListCall call, Func<ListCall, IAsyncEnumerable<RunListing>> next) =>
            next(call with { Filter = call.Filter with { IdPrefix = call.Filter.IdPrefix + name } });

        public IAsyncEnumerable<HistoryEntry> GetHistoryAsync(
            HistoryCall call, Func<HistoryCall, IAsyncEnumerable<HistoryEntry>> next) =>
            next(call with { FromSequence = call.FromSequence + 1 });

        public IAsyncEnumerable<StatusUpdate> WatchStatusAsync(
            StatusCall call, Func<StatusCall, IAsyncEnumerable<StatusUpdate>> next) =>
            next(call with { Cursor = call.Cursor + 1 });
    }

    private sealed class Refuse : IClientInterceptor
    {
        public Task EndTokenAsync(TokenCall call, Func<TokenCall, Task> next) => throw new UnauthorizedAccessException();

        public Task ControlActivityAsync(ActivityControlCall call, Func<ActivityControlCall, Task> next) =>
            throw new UnauthorizedAccessException();

        public Task<OutsideHeartbeat> ReportActivityAsync(
            ActivityReportCall call, Func<ActivityReportCall, Task<OutsideHeartbeat>> next) =>
            throw new UnauthorizedAccessException();

        public IAsyncEnumerable<RunListing> ListAsync(ListCall call, Func<ListCall, IAsyncEnumerable<RunListing>> next) =>
            throw new UnauthorizedAccessException();

        public IAsyncEnumerable<HistoryEntry> GetHistoryAsync(
            HistoryCall call, Func<HistoryCall, IAsyncEnumerable<HistoryEntry>> next) => throw new UnauthorizedAccessException();

        public IAsyncEnumerable<StatusUpdate> WatchStatusAsync(
            StatusCall call, Func<StatusCall, IAsyncEnumerable<StatusUpdate>> next) => throw new UnauthorizedAccessException();
    }

    private sealed class Contradict : IClientInterceptor
    {
        public IAsyncEnumerable<RunListing> ListAsync(ListCall call, Func<ListCall, IAsyncEnumerable<RunListing>> next) =>
            next(call with { Filter = call.Filter with { PageSize = -1 } });

        public IAsyncEnumerable<HistoryEntry> GetHistoryAsync(
            HistoryCall call, Func<HistoryCall, IAsyncEnumerable<HistoryEntry>> next) => next(call with { FromSequence = -1 });
    }
}
