using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>Interceptors around messages in both directions, children and continuing as new.</summary>
public class MessageInterceptorTests
{
    [Workflow("talks")]
    public sealed class Talks : Workflow<string, string>
    {
        private readonly List<string> _heard = [];

        [Query]
        public string Heard(string prefix) => prefix + string.Join(",", _heard);

        [Signal]
        public void Say(string text) => _heard.Add(text);

        [Update]
        public async Task<string> Ask(string text)
        {
            await Context.DelayAsync(TimeSpan.FromSeconds(1));
            return text + "!";
        }

        [UpdateValidator("Ask")]
        public void CanAsk(string text)
        {
            if (text.Length == 0) throw new ApplicationFailure("empty");
        }

        public override async Task<string> RunAsync(string input)
        {
            if (input == "next") throw Context.ContinueAsNew("again");
            if (input == "child") await Context.Child<Talks>("the-child").StartAsync("x");
            if (input == "both")
            {
                _ = Context.GetExternalWorkflow<Talks>("other").SignalAsync(w => w.Say("hello"));
                _ = Context.GetExternalWorkflow("other").CancelAsync("bye");
            }

            await Context.WhenAsync(() => _heard.Contains("end"));
            return string.Join(",", _heard);
        }
    }

    /// <summary>Writes itself into all that passes.</summary>
    public sealed class Marks : IWorkflowInterceptor
    {
        public Task HandleSignalAsync(SignalHandling call, Func<SignalHandling, Task> next) => call.Signal == "Say"
            && call.Arguments is [string text] ? next(call with { Arguments = [text + Tenant(call.Headers)] }) : next(call);

        public void ValidateUpdate(UpdateHandling call, Action<UpdateHandling> next)
        {
            if (Tenant(call.Headers).Length == 0) throw new ApplicationFailure("no tenant");
            next(call);
        }

        public async Task<object?> HandleUpdateAsync(UpdateHandling call, Func<UpdateHandling, Task<object?>> next) =>
            $"{call.UpdateId}:{await next(call)}{Tenant(call.Headers)}";

        public object? HandleQuery(QueryHandling call, Func<QueryHandling, object?> next) =>
            next(call with { Arguments = [Tenant(call.Headers)] }) + ".";

        public Task StartChildAsync(ChildCall call, Func<ChildCall, Task> next) =>
            next(call with { Headers = new Dictionary<string, string> { ["by"] = call.Key.Id.Value } });

        public Task SignalExternalAsync(SignalExternalCall call, Func<SignalExternalCall, Task> next) =>
            next(call with { Headers = new Dictionary<string, string> { ["by"] = call.Signal } });

        public Task CancelExternalAsync(CancelExternalCall call, Func<CancelExternalCall, Task> next) =>
            next(call with { Reason = call.Reason + "-bye" });

        public ContinueAsNew ContinueAsNew(ContinueAsNewCall call, Func<ContinueAsNewCall, ContinueAsNew> next) =>
            next(call with { Input = Harness.Json("intercepted") });

        private static string Tenant(IReadOnlyDictionary<string, string> headers) => headers.GetValueOrDefault("tenant", "");
    }

    public sealed class Forbids : IWorkflowInterceptor
    {
        public Task StartChildAsync(ChildCall call, Func<ChildCall, Task> next) =>
            throw new ApplicationFailure("no children", "Forbidden");

        public Task HandleSignalAsync(SignalHandling call, Func<SignalHandling, Task> next) => Task.CompletedTask;
    }

    private static readonly Dictionary<string, string> Acme = new() { ["tenant"] = "@acme" };

    [Fact]
    public void Signal_Intercepted_IsChangedByItsHeadersLiveAndOnReplay()
    {
        var run = Begin("x", new Marks());
        run.Advance(Say("a", Acme), Say("b", null));
        var marked = Assert.Single(run.History.OfType<SignalReceived>(), static s => s.Headers is not null);
        Assert.Equal("@acme", marked.Headers!["tenant"]);
        run.Reload();
        run.Advance(Say("end", null));
        Assert.Equal("a@acme,b,end", run.Result<string>());
        Assert.Null(run.Reload().Misfit);
    }

    [Fact]
    public void Update_Intercepted_IsValidatedAndAnsweredThroughThem()
    {
        var run = Begin("x", new Marks());
        var refused = Assert.Single(run.Advance(new UpdateRun("u1", "Ask", [Harness.Json("a")])).Rejected);
        Assert.Contains("no tenant", refused.Message, StringComparison.Ordinal);
        var empty = new UpdateRun("u2", "Ask", [Harness.Json("")]) { Headers = Acme };
        Assert.Contains("empty", Assert.Single(run.Advance(empty).Rejected).Message, StringComparison.Ordinal);
        run.Advance(new UpdateRun("u3", "Ask", [Harness.Json("a")]) { Headers = Acme });
        run.Reload();
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("\"u3:a!@acme\"", run.Run.FindUpdate("u3")!.Completed!.Result!.ToString());
        Assert.Null(run.Reload().Misfit);
    }

    [Fact]
    public void Query_Intercepted_SeesItsHeadersAndChangesTheAnswer()
    {
        var run = Begin("x", new Marks());
        run.Advance(Say("a", null));
        Assert.Equal("\"@acmea.\"", run.Run.Query("Heard", [Harness.Json("")], Acme).Result!.ToString());
    }

    [Fact]
    public void Outbound_ChildSignalCancelAndContinueAsNew_AreChanged()
    {
        var child = Begin("child", new Marks());
        var scheduled = Assert.Single(child.History.OfType<ChildScheduled>());
        Assert.Equal("the-child", scheduled.Settings.Headers!["by"]);
        Assert.Null(child.Reload().Misfit);
        var both = Begin("both", new Marks());
        var sent = Assert.Single(both.History.OfType<ExternalSignalRequested>());
        Assert.Equal(("Say", "\"hello\"", "Say"), (sent.Name, sent.Arguments[0].ToString(), sent.Headers!["by"]));
        Assert.Equal("bye-bye", Assert.Single(both.History.OfType<ExternalCancelRequested>()).Reason);
        Assert.Null(both.Reload().Misfit);
        var next = Assert.IsType<RunContinuedAsNew>(Begin("next", new Marks()).Run.ClosingEvent);
        Assert.Equal("\"intercepted\"", next.Input.ToString());
    }

    [Fact]
    public void Child_WhoseStartIsForbidden_FailsTheCodeThatAsked()
    {
        var run = Begin("child", new Forbids());
        Assert.Equal("Forbidden", run.Failure().Type);
        Assert.DoesNotContain(run.History, static e => e is ChildScheduled);
    }

    [Fact]
    public void Signal_KeptBack_NeverReachesItsHandler()
    {
        var run = Begin("x", new Forbids());
        run.Advance(Say("end", null));
        Assert.False(run.Run.IsClosed);
    }

    private static SignalRun Say(string text, Dictionary<string, string>? headers) =>
        new("Say", [Harness.Json(text)], null, null) { Headers = headers };

    private static Harness Begin(string input, params IWorkflowInterceptor[] interceptors) =>
        Harness.Of<Talks>(input, Harness.SettingsFor(typeof(Talks)) with { Interceptors = interceptors });
}
