using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Signals;

public sealed class SignalScenarios
{
    [Fact]
    public Task Signal_Basic_ReachesItsHandlerInOrder() => Scenario.RunAsync(static s =>
    {
        s.OnDisk();
        s.Host(static o => o.AddWorkflow<Collector>());
        s.Script(async () =>
        {
            var collector = s.Env.Client.GetWorkflow<Collector>("basic");
            await collector.StartAsync(5);
            await collector.SignalAsync(w => w.Add("a"));
            await Task.WhenAll(Enumerable.Range(0, 3).Select(i => collector.SignalAsync("Add", [$"{i}"])));
            await collector.SignalAsync("Add", ["z"]);
            Assert.Equal("a012z", await collector.GetResultAsync());
        });
    });

    [Fact]
    public Task Signal_BeforeTheFirstTurn_IsBufferedAndHandled() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Collector>());
        s.Script(async () =>
        {
            var collector = s.Env.Client.GetWorkflow<Collector>("first");
            await collector.SignalWithStartAsync(2, "Add", ["with start"]);
            await collector.SignalAsync("Add", ["!"]);
            Assert.Equal("with start!", await collector.GetResultAsync());
        });
    });

    [Fact]
    public Task Signal_BeforeItsDynamicHandler_IsBufferedInOrder() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<LateListener>());
        s.Script(async () =>
        {
            var listener = s.Env.Client.GetWorkflow<LateListener>("late");
            await listener.StartAsync(4);
            foreach (var i in Enumerable.Range(0, 3)) await listener.SignalAsync("number", [i]);
            await listener.SignalAsync("other", ["x", 1]);
            Assert.Equal("0 1 2 other:x", await listener.GetResultAsync());
        });
    });

    [Fact]
    public Task Signal_WithStart_SignalsTheOpenRunAndStartsAnewAfterIt() => Scenario.RunAsync(static s =>
    {
        s.OnDisk();
        s.Host(static o => o.AddWorkflow<Collector>());
        s.Script(async () =>
        {
            var collector = s.Env.Client.GetWorkflow<Collector>("with-start");
            var first = await collector.SignalWithStartAsync(2, "Add", ["a"]);
            Assert.Equal(first, await collector.SignalWithStartAsync(2, "Add", ["b"]));
            Assert.Equal("ab", await collector.GetResultAsync());
            var second = await collector.SignalWithStartAsync(1, "Add", ["c"]);
            Assert.NotEqual(first, second);
            Assert.Equal("c", await collector.GetResultAsync());
        });
    });

    [Fact]
    public Task Signal_ToAClosedWorkflow_IsAClearError() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Collector>());
        s.Script(async () =>
        {
            var collector = s.Env.Client.GetWorkflow<Collector>("closed");
            await Assert.ThrowsAsync<WorkflowNotFound>(() => collector.SignalAsync("Add", ["early"]));
            await collector.StartAsync(0);
            await collector.GetResultAsync();
            var closed = await Assert.ThrowsAsync<WorkflowClosed>(() => collector.SignalAsync("Add", ["late"]));
            Assert.Equal(WorkflowStatus.Completed, closed.Status);
        });
    });

    [Fact]
    public Task Signal_HandlersThatRunActivities_AllFinishBeforeTheEnd() => Scenario.RunAsync(static s =>
    {
        var world = new World();
        s.Host(o => o.AddWorkflow<Worker>().AddActivities(world));
        s.Script(async () =>
        {
            var worker = s.Env.Client.GetWorkflow<Worker>("activities");
            await worker.StartAsync(3);
            for (var i = 1; i <= 3; i++) await worker.SignalAsync("Work", [i]);
            Assert.Equal(12, await worker.GetResultAsync());
        });
    });

    [Fact]
    public Task Signal_OfAnotherWorkflow_ReachesItOnceAndTellsWhatIsNotThere() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Collector>().AddWorkflow<Messenger>());
        s.Script(async () =>
        {
            var collector = s.Env.Client.GetWorkflow<Collector>("other");
            await collector.StartAsync(3);
            var told = await s.Env.Client.GetWorkflow<Messenger>("m").ExecuteAsync("other");
            Assert.Equal("a b c sent, nobody: NotFound, closed: Closed", told);
            Assert.Equal("abc", await collector.GetResultAsync());
        });
    });

    [Fact]
    public Task Signal_UnfinishedHandlersAtTheEnd_AreAbandoned() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Hasty>());
        s.Script(async () =>
        {
            var hasty = s.Env.Client.GetWorkflow<Hasty>("hasty");
            await hasty.StartAsync(1);
            await hasty.SignalAsync("Slow");
            Assert.Equal("ended with a handler under way", await hasty.GetResultAsync());
        });
    });

    [Fact]
    public Task Signal_BadArguments_AreRefusedAndTheRunGoesOn() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Collector>());
        s.Script(async () =>
        {
            var collector = s.Env.Client.GetWorkflow<Collector>("bad");
            await collector.StartAsync(1);
            var wrong = await Assert.ThrowsAsync<InvalidRequest>(() => collector.SignalAsync("Add", [1, 2]));
            Assert.Contains("signal 'Add'(string text)", wrong.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<PayloadTooLarge>(() => collector.SignalAsync("Add", [new string('x', 3_000_000)]));
            Assert.Equal(1, (await collector.DescribeAsync()).HistoryLength);
            await collector.SignalAsync("Add", ["fit"]);
            Assert.Equal("fit", await collector.GetResultAsync());
        });
    });

    [Fact]
    public Task Signal_Timers_EventOrTimeoutRacesBothWays() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Approval>());
        s.Script(async () =>
        {
            var approved = s.Env.Client.GetWorkflow<Approval>("approved");
            await approved.SignalWithStartAsync(TimeSpan.FromDays(2), "Approve", ["bob"]);
            Assert.Equal("bob", await approved.GetResultAsync());
            Assert.Equal("nobody", await s.Env.Client.GetWorkflow<Approval>("alone").ExecuteAsync(TimeSpan.FromDays(2)));
        });
    });

    [Fact]
    public Task Token_CompletedFromOutside_EndsTheWaitOnce() => Scenario.RunAsync(static s =>
    {
        s.OnDisk();
        var world = new World();
        s.Host(o => o.AddWorkflow<TokenFlow>().AddActivities(world));
        s.Script(async () =>
        {
            var flow = s.Env.Client.GetWorkflow<TokenFlow>("token");
            await flow.StartAsync(TimeSpan.FromDays(30));
            await s.Env.IdleAsync();
            Assert.Equal("approval", Assert.Single((await flow.DescribeAsync()).Tokens).Name);
            var token = world.Sent!;
            await s.Env.Client.CompleteTokenAsync(token, "granted");
            Assert.Equal("granted", await flow.GetResultAsync());
            await Assert.ThrowsAsync<WorkflowClosed>(() => s.Env.Client.CompleteTokenAsync(token, "again"));
            await Assert.ThrowsAsync<InvalidRequest>(() => s.Env.Client.CompleteTokenAsync(token[..^3], "cut"));
        });
    });

    [Fact]
    public Task Token_NobodyAnswersOrRejects_ItsWaitEndsSo() => Scenario.RunAsync(static s =>
    {
        var world = new World();
        s.Host(o => o.AddWorkflow<TokenFlow>().AddActivities(world));
        s.Script(async () =>
        {
            Assert.Equal("nobody", await s.Env.Client.GetWorkflow<TokenFlow>("silent").ExecuteAsync(TimeSpan.FromDays(1)));
            var flow = s.Env.Client.GetWorkflow<TokenFlow>("rejected");
            await flow.StartAsync(TimeSpan.FromDays(3));
            await s.Env.IdleAsync();
            await s.Env.Client.RejectTokenAsync(world.Sent!, "too expensive");
            Assert.Equal("TokenRejected: too expensive", await flow.GetResultAsync());
        });
    });

    [Fact]
    public Task Status_CustomStatusAndProgress_AreStreamedByCursor() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Talker>());
        s.Script(async () =>
        {
            var talker = s.Env.Client.GetWorkflow<Talker>("talker");
            await talker.StartAsync(3);
            var seen = new List<string>();
            var cursor = 0L;
            await foreach (var update in talker.WatchStatusAsync())
            {
                cursor = update.Cursor;
                seen.Add($"{update.GetStatus<string>()} {update.Progress?.Fraction:0.0}");
                if (update.Progress?.Done == 2) break;
            }

            await foreach (var update in talker.WatchStatusAsync(cursor))
            {
                seen.Add(update.At is null
                    ? $"{update.WorkflowStatus}" : $"{update.GetStatus<string>()} {update.Progress?.Fraction:0.0}");
            }


            Assert.Equal(["step 1 ", "step 1 0.3", "step 2 0.3", "step 2 0.7", "step 3 0.7", "step 3 1.0", "Completed"], seen);
        });
    });

    /// <summary>
    /// A watcher that goes away after every item and comes back with its cursor misses nothing and sees nothing twice, through
    /// runs that continue each other.
    /// </summary>
    [Fact]
    public Task Status_CursorIsResumedAfterEveryItem_ThroughContinueAsNew() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Stages>());
        s.Script(async () =>
        {
            var stages = s.Env.Client.GetWorkflow<Stages>("stages");
            var (run, cursor) = ((await stages.StartAsync(2)).RunId, 0L);
            var seen = new List<string>();
            for (var ended = false; !ended;)
            {
                var bound = s.Env.Client.GetWorkflow<Stages>("stages", run);
                await foreach (var item in bound.WatchStatusAsync(cursor))
                {
                    ended = item.CustomStatus is null;
                    if (!ended) seen.Add(item.GetStatus<string>()!);
                    (run, cursor) = (item.RunId, item.Cursor);
                    break; // it goes away, and comes back from there
                }
            }

            Assert.Equal(["2 begun", "2 done", "1 begun", "1 done", "0 begun", "0 done"], seen);
        });
    });

    public interface IWork
    {
        Task<int> DoubleAsync(int number);

        Task SendAsync(string token);
    }

    public sealed class World : IWork
    {
        public string? Sent { get; private set; }

        public Task<int> DoubleAsync(int number) => Task.FromResult(2 * number);

        public Task SendAsync(string token)
        {
            Sent = token;
            return Task.CompletedTask;
        }
    }

    [Workflow("scenario-collector")]
    public sealed class Collector : Workflow<int, string>
    {
        private readonly List<string> _seen = [];

        public override async Task<string> RunAsync(int input)
        {
            await Context.WhenAsync(() => _seen.Count >= input);
            return string.Concat(_seen);
        }

        [Signal]
        public void Add(string text) => _seen.Add(text);
    }

    /// <summary>Signals another workflow to its end, and one that there is not.</summary>
    [Workflow("scenario-messenger")]
    public sealed class Messenger : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            var other = Context.GetExternalWorkflow(input);
            foreach (var text in (string[])["a", "b", "c"]) await other.SignalAsync("Add", text);
            await Context.DelayAsync(TimeSpan.FromMinutes(1)); // it ends meanwhile
            var nobody = await ProblemAsync(Context.GetExternalWorkflow("nobody"));
            return $"a b c sent, nobody: {nobody}, closed: {await ProblemAsync(other)}";
        }

        private static async Task<string> ProblemAsync(IExternalWorkflow workflow)
        {
            try
            {
                await workflow.SignalAsync("Add", "late");
                return "sent";
            }
            catch (ExternalWorkflowFailed e)
            {
                return $"{e.Problem}";
            }
        }
    }

    [Workflow("scenario-late-listener")]
    public sealed class LateListener : Workflow<int, string>
    {
        private readonly List<string> _seen = [];

        public override async Task<string> RunAsync(int input)
        {
            await Context.DelayAsync(TimeSpan.FromHours(1));
            Context.OnSignal<int>("number", n => _seen.Add($"{n}"));
            Context.OnAnySignal((name, arguments) =>
            {
                _seen.Add($"{name}:{Context.Decode<string>(arguments[0])}");
                return Task.CompletedTask;
            });
            await Context.WhenAsync(() => _seen.Count >= input);
            return string.Join(' ', _seen);
        }
    }

    [Workflow("scenario-worker")]
    public sealed class Worker : Workflow<int, int>
    {
        private int _begun;
        private int _sum;

        public override async Task<int> RunAsync(int input)
        {
            await Context.WhenAsync(() => _begun >= input && Context.AllHandlersFinished);
            return _sum;
        }

        [Signal]
        public async Task WorkAsync(int number)
        {
            _begun++;
            var work = Context.Activities<IWork>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
            await Context.DelayAsync(TimeSpan.FromSeconds(4 - number));
            _sum += await work.DoubleAsync(number);
        }
    }

    [Workflow("scenario-hasty")]
    public sealed class Hasty : Workflow<int, string>
    {
        private int _begun;

        public override async Task<string> RunAsync(int input)
        {
            await Context.WhenAsync(() => _begun >= input);
            return Context.AllHandlersFinished ? "ended at rest" : "ended with a handler under way";
        }

        [Signal]
        public async Task SlowAsync()
        {
            _begun++;
            await Context.DelayAsync(TimeSpan.FromDays(1));
        }
    }

    [Workflow("scenario-approval")]
    public sealed class Approval : Workflow<TimeSpan, string>
    {
        private string? _by;

        public override async Task<string> RunAsync(TimeSpan input)
        {
            var timer = Context.DelayAsync(input);
            await Context.WhenAsync(() => _by is not null || timer.IsCompleted);
            return _by ?? "nobody";
        }

        [Signal]
        public void Approve(string by) => _by = by;
    }

    [Workflow("scenario-token")]
    public sealed class TokenFlow : Workflow<TimeSpan, string>
    {
        public override async Task<string> RunAsync(TimeSpan input)
        {
            var token = Context.CreateToken<string>("approval");
            await Context.Activities<IWork>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) }).SendAsync(token.Token);
            try
            {
                return await token.WaitAsync(input);
            }
            catch (TimedOut e) when (e.Kind == TimeoutKind.Token)
            {
                return "nobody";
            }
            catch (ApplicationFailure e)
            {
                return $"{e.Type}: {e.Message}";
            }
        }
    }

    [Workflow("scenario-stages")]
    public sealed class Stages : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            Context.SetStatus($"{input} begun");
            await Context.DelayAsync(TimeSpan.FromMinutes(1));
            Context.SetStatus($"{input} done");
            await Context.DelayAsync(TimeSpan.FromMinutes(1));
            return input == 0 ? input : throw Context.ContinueAsNew(input - 1);
        }
    }

    [Workflow("scenario-talker")]
    public sealed class Talker : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            for (var i = 1; i <= input; i++)
            {
                Context.SetStatus($"step {i}");
                Context.ReportProgress(i, input);
                await Context.DelayAsync(TimeSpan.FromMinutes(1));
            }

            return input;
        }
    }
}
