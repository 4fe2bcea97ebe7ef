using System.Text;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Workflows;
using Orleans.Runtime;

namespace Orchestration.Client.Tests;

/// <summary>Signals, queries, updates and status as a client sends them, with and without interceptors.</summary>
public sealed class MessageClientTests
{
    private static readonly Guid Run = Guid.NewGuid();
    private static readonly Guid Next = Guid.NewGuid();

    private readonly ScriptedGrains _grains = new();
    private readonly WorkflowClientOptions _options = new()
    {
        FirstRepeatDelay = TimeSpan.FromMilliseconds(1),
        MaximumRepeatDelay = TimeSpan.FromMilliseconds(2),
    };

    private IWorkflowHandle<WorkflowClientTests.Doubling> Handle =>
        new WorkflowClient(_grains, _options).GetWorkflow<WorkflowClientTests.Doubling>("w");

    [Fact]
    public async Task Update_OutcomeUnknown_IsRepeatedAsSuchUnderTheSameId()
    {
        _grains.Then(new TimeoutException()).Then(new UpdateReply { Fault = Fault(FaultKind.NotOwner) })
            .Then(new UpdateReply { RunId = Run, IsCompleted = true, Result = Json("1") });
        Assert.Equal(1, await Handle.UpdateAsync<int>("u"));
        var sent = _grains.Sent.Cast<UpdateRequest>().ToList();
        Assert.Equal([false, true, true], sent.Select(static r => r.IsRepeat));
        Assert.Single(sent.Select(static r => r.UpdateId).Distinct());
    }

    [Fact]
    public async Task Signal_OutcomeUnknown_IsRepeatedAsSuchUnderTheSameNumber()
    {
        _grains.Then(new TimeoutException()).Then(new SignalReply(Fault(FaultKind.NotOwner), null, Run))
            .Then(new SignalReply(null, null, Run));
        await Handle.SignalAsync("s", [1]);
        var sent = _grains.Sent.Cast<SignalRequest>().ToList();
        Assert.Equal([false, true, true], sent.Select(static r => r.IsRepeat));
        Assert.Single(sent.Select(static r => (r.Client, r.Signals[0].Number)).Distinct());
    }

    [Fact]
    public async Task Signal_OneOfABatchRefused_FailsThatOneAlone()
    {
        var handle = Handle;
        _grains.Then(new SignalReply(null, [Fault(FaultKind.Closed)], Run));
        await Assert.ThrowsAsync<WorkflowClosed>(() => handle.SignalAsync("s"));
        _grains.Then(new SignalReply(null, null, Run));
        await handle.SignalAsync("s");
    }

    [Fact]
    public async Task Update_AcceptedThenHubGoneThenDone_IsAwaitedThroughAll()
    {
        var accepted = new UpdateReply { RunId = Run, Name = "u", Hub = new HubTicket("hub", "update:x", 1) };
        _grains.Then(accepted).Then(new SiloUnavailableException("gone")).Then(accepted).Then(true)
            .Then(new UpdateReply { RunId = Run, Name = "u", IsCompleted = true, Result = Json("7") });
        Assert.Equal(7, await Handle.UpdateAsync<int>("u", [1], new UpdateOptions { UpdateId = "x" }));

        // Sent once, and then only asked for.
        Assert.Equal(["u", null, null], _grains.Sent.OfType<UpdateRequest>().Select(static r => r.Name));
        Assert.All(_grains.Sent.OfType<UpdateRequest>().Skip(1), static r => Assert.Equal(Run, r.RunId));
    }

    [Fact]
    public async Task Update_CutShortByItsRunsEnd_IsTyped()
    {
        _grains.Then(new UpdateReply
        {
            RunId = Next, Name = "u", IsCompleted = true,
            Failure = new FailureInfo
            {
                Kind = FailureKind.RunEnded, Message = "cut short", RunId = new RunId(Run),
                Status = WorkflowStatus.ContinuedAsNew,
            },
        });
        var failure = await Assert.ThrowsAsync<UpdateUnfinished>(
            () => Handle.UpdateAsync<int>("u", [], new UpdateOptions { UpdateId = "x" }));
        Assert.Equal(("u", "x", Run, WorkflowStatus.ContinuedAsNew),
            (failure.Update, failure.UpdateId, failure.RunId.Value, failure.Status));
        Assert.IsAssignableFrom<UpdateFailed>(failure); // who catches the one catches the other
    }

    [Fact]
    public async Task WithStart_OutcomeUnknown_IsRepeatedAsSuch()
    {
        _grains.Then(new TimeoutException()).Then(new StartReply { RunId = Run, IsNew = true });
        Assert.Equal(Run, (await Handle.SignalWithStartAsync(1, typeof(int), "s")).Value);
        Assert.Equal([false, true], _grains.Sent.Cast<SignalWithStartRequest>().Select(static r => r.Signal.IsRepeat));
        _grains.Sent.Clear();
        _grains.Then(new TimeoutException()).Then(new UpdateReply { RunId = Run, IsCompleted = true, Result = Json("3") });
        Assert.Equal(3, await Handle.UpdateWithStartAsync<int>(1, typeof(int), "u"));
        var sent = _grains.Sent.Cast<UpdateWithStartRequest>().ToList();
        Assert.Equal([false, true], sent.Select(static r => r.IsRepeat));
        Assert.Single(sent.Select(static r => (r.Update.UpdateId, r.Start.Request)).Distinct());
    }

    [Fact]
    public async Task WatchStatus_RunContinuesAsNew_AsksTheNextRunFromItsBeginning()
    {
        _grains.Then(new StatusReply { RunId = Run, Changes = [Change(5)], ContinuedTo = Next })
            .Then(new StatusReply { RunId = Next, Status = WorkflowStatus.Completed, Changes = [Change(3)] });
        var seen = new List<(Guid, long)>();
        await foreach (var update in Handle.WatchStatusAsync(2)) seen.Add((update.RunId.Value, update.Cursor));
        Assert.Equal([(Run, 5), (Next, 3), (Next, 3)], seen);
        Assert.Equal([new StatusRequest(null, 2), new StatusRequest(Next, 0)], _grains.Sent);
    }

    [Fact]
    public async Task Interceptors_AroundEveryMessage_AreCalledInOrderAndChangeIt()
    {
        _options.Interceptors.Add(new Note("a"));
        _options.Interceptors.Add(new Note("b"));
        _grains.Then(new SignalReply(null, null, Run));
        await Handle.SignalAsync("s");
        var signal = Assert.IsType<SignalRequest>(_grains.Sent[^1]).Signals[0];
        Assert.Equal(("sab", "ab"), (signal.Name, signal.Headers!["by"]));

        _grains.Then(new QueryReply(null, Json("1"), Run));
        Assert.Equal(111, await Handle.QueryAsync<int>("q"));
        var query = Assert.IsType<QueryRequest>(_grains.Sent[^1]);
        Assert.Equal(("qab", "ab"), (query.Name, query.Headers!["by"]));

        _grains.Then(new UpdateReply { RunId = Run, IsCompleted = true, Result = Json("1") });
        Assert.Equal(111, await Handle.UpdateAsync<int>("u"));
        var update = Assert.IsType<UpdateRequest>(_grains.Sent[^1]);
        Assert.Equal(("uab", "ab"), (update.Name, update.Headers!["by"]));

        _grains.Then(new StartReply { RunId = Run });
        await Handle.SignalWithStartAsync(1, typeof(int), "s");
        var with = Assert.IsType<SignalWithStartRequest>(_grains.Sent[^1]);
        Assert.Equal(("sab", "ab"), (with.Signal.Signals[0].Name, with.Signal.Signals[0].Headers!["by"]));
        Assert.Equal("ab", with.Start.Headers!["by"]);
    }

    [Fact]
    public async Task Interceptor_ThatRefuses_KeepsTheMessageFromBeingSent()
    {
        _options.Interceptors.Add(new Refuse());
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Handle.SignalAsync("s"));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Handle.QueryAsync<int>("q"));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Handle.UpdateAsync<int>("u"));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Handle.SignalWithStartAsync(1, typeof(int), "s"));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Handle.UpdateWithStartAsync<int>(1, typeof(int), "u"));
        Assert.Empty(_grains.Sent);
    }

    [Fact]
    public async Task Interceptor_ThatNeverSends_IsToldOf()
    {
        _options.Interceptors.Add(new Swallow());
        await Assert.ThrowsAsync<InvalidRequest>(() => Handle.UpdateAsync<int>("u"));
        await Assert.ThrowsAsync<InvalidRequest>(() => Handle.SignalWithStartAsync(1, typeof(int), "s"));
        Assert.Empty(_grains.Sent);
    }

    private static Payload Json(string json) => new(Encoding.UTF8.GetBytes(json));

    private static StatusItem Change(long cursor) => new(cursor, DateTimeOffset.UnixEpoch, Json("\"x\""), null, null, null);

    private static Fault Fault(FaultKind kind) => new() { Kind = kind, Message = "as told", RunId = Run };

    private sealed class Note(string name) : IClientInterceptor
    {
        public Task<StartedRun> StartAsync(StartCall call, Func<StartCall, Task<StartedRun>> next) => next(call with
        {
            Options = call.Options with { Headers = call.Options.Headers.SetItem("by", By(call.Options.Headers)) },
        });

        public Task SignalAsync(SignalCall call, Func<SignalCall, Task> next) =>
            next(call with { Signal = call.Signal + name, Headers = Noted(call.Headers) });

        public Task SendUpdateAsync(UpdateCall call, Func<UpdateCall, Task> next) =>
            next(call with { Update = call.Update + name, Headers = Noted(call.Headers) });

        public async Task<object?> GetUpdateResultAsync(UpdateResultCall call, Func<UpdateResultCall, Task<object?>> next) =>
            More(await next(call));

        public async Task<object?> QueryAsync(QueryCall call, Func<QueryCall, Task<object?>> next) =>
            More(await next(call with { Query = call.Query + name, Headers = Noted(call.Headers) }));

        private static object? More(object? result) => result is int number ? (number * 10) + 1 : result;

        private string By(IReadOnlyDictionary<string, string> headers) => headers.GetValueOrDefault("by", "") + name;

        private Dictionary<string, string> Noted(IReadOnlyDictionary<string, string> headers) =>
            new(headers) { ["by"] = By(headers) };
    }

    private sealed class Refuse : IClientInterceptor
    {
        public Task SignalAsync(SignalCall call, Func<SignalCall, Task> next) => throw new UnauthorizedAccessException();

        public Task SendUpdateAsync(UpdateCall call, Func<UpdateCall, Task> next) => throw new UnauthorizedAccessException();

        public Task<object?> QueryAsync(QueryCall call, Func<QueryCall, Task<object?>> next) =>
            throw new UnauthorizedAccessException();
    }

    private sealed class Swallow : IClientInterceptor
    {
        public Task SignalAsync(SignalCall call, Func<SignalCall, Task> next) => Task.CompletedTask;

        public Task SendUpdateAsync(UpdateCall call, Func<UpdateCall, Task> next) => Task.CompletedTask;
    }
}
