using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.History;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Properties;

/// <summary>Something that happened to a run: when, with which silos alive, and what came of it.</summary>
internal sealed record Happening(Stimulus Stimulus, DateTimeOffset Now, string[] Alive, IReadOnlyList<HistoryEvent> Events);

/// <summary>A run of a random program in a world that answers, fails, loses, repeats and delays as chosen.</summary>
internal sealed partial class World
{
    private static readonly Guid Client = new(7, 0, 0, new byte[8]);

    private readonly List<DispatchActivity> _out = [];
    private readonly List<DispatchActivity> _outside = [];
    private readonly List<ReportActivity> _reported = [];
    private int _requests;
    private string[] _alive = ["s1", "s2"];
    private int _silos = 2;

    public World(Node program)
    {
        Program = program;
        Settings = NewSettings();
        Run = new WorkflowRun(Settings);
        Do(Start(program));
    }

    public Node Program { get; }

    public RunSettings Settings { get; }

    public WorkflowRun Run { get; }

    public DateTimeOffset Now { get; private set; } = Harness.Epoch;

    public List<Happening> Happenings { get; } = [];

    public IEnumerable<HistoryEvent> History => Happenings.SelectMany(static h => h.Events);

    public static RunSettings NewSettings() =>
        new()
        {
            Workflows = new WorkflowCatalog([typeof(ProgramWorkflow)]), Placement = new TestPlacement("s1", "s2"),
            NewSecret = static () => "secret"
        };

    /// <summary>Lets the world do one thing, chosen by a number.</summary>
    public void Choose(int choice)
    {
        var (kind, rest) = (choice % 21, choice / 21);
        switch (kind)
        {
            case 0 or 1 or 2 or 3 when _out.Count > 0:
                Report(rest, new ActivityOutcome.Completed(Harness.Json(rest % 100)));
                break;
            case 4 or 5 when _out.Count > 0:
                Report(rest, new ActivityOutcome.Failed(Failure(rest)));
                break;
            case 6 when _out.Count > 0:
                Report(rest, new ActivityOutcome.Canceled(new FailureInfo { Kind = FailureKind.Canceled, Message = "told to" }));
                break;
            case 7 when _out.Count > 0 && rest % 2 == 0:
                _outside.Add(_out[rest % _out.Count]);
                Report(rest, new ActivityOutcome.MovedOutside(TimeSpan.FromMilliseconds(rest % 500)));
                break;
            case 7 when _out.Count > 0:
                Report(rest, new ActivityOutcome.Interrupted());
                break;
            case 8 when _reported.Count > 0:
                Do(_reported[rest % _reported.Count]);
                break;
            case 9 when _out.Count > 0:
                var lost = _out[rest % _out.Count];
                var neverRan = rest % 2 == 0;
                if (neverRan) _out.RemoveAll(d => d.Command == lost.Command && d.Attempt == lost.Attempt); // nobody reports it
                Do(new LoseAttempt(lost.Command, lost.Attempt, neverRan, Run.HistoryLength));
                break;
            case 10:
                var gone = _alive[rest % _alive.Length];
                _alive = [.. _alive.Where(a => a != gone), $"s{++_silos}"];
                if (rest % 3 != 0) Do(new LoseHost(gone));
                break;
            case 11 when rest % 3 == 0:
                Do(new RequestCancel("enough", null));
                break;
            case 11:
                Meddle(rest / 3);
                break;
            case 12 when Run.NextWakeAt is { } due:
                Now = due > Now ? due : Now;
                Do(AdvanceTime.Instance);
                break;
            case 13:
                Now += TimeSpan.FromTicks(rest % 30_000_000);
                Do(AdvanceTime.Instance);
                break;
            case 14 when _out.Count > 0:
                Do(new AttemptStarted(_out[rest % _out.Count].Command, _out[rest % _out.Count].Attempt));
                break;
            case 16 or 17:
                var name = (rest % 6) switch { 0 or 1 => "Poke", 2 or 3 => "Flag", 4 => "late0", _ => "late1" };
                Do(new SignalRun(name, [Harness.Json(rest % 50)], new RequestId(Client, ++_requests), null));
                break;
            case 18:
                Do(new UpdateRun($"u{rest % 7}", "Change", [Harness.Json(rest % 50)]));
                break;
            case 19 when Run.Describe().Tokens is { Count: > 0 } tokens:
                Complete(tokens[rest % tokens.Count].Command, rest);
                break;
            case 20:
                Assert.Equal(QueryProblem.None, Run.Query("Seen", []).Problem);
                break;
            case 15:
                Now += TimeSpan.FromMilliseconds(rest % 700);
                break;
        }
    }

    /// <summary>The stimuli again, in other turns: those of one instant together, as the number says.</summary>
    public List<HistoryEvent> InBatches(int pattern)
    {
        var settings = NewSettings();
        var run = new WorkflowRun(settings);
        var history = new List<HistoryEvent>();
        var batch = new List<Stimulus>();
        for (var i = 0; i < Happenings.Count; i++)
        {
            var h = Happenings[i];
            Revive(settings, h.Alive);
            batch.Add(h.Stimulus);
            var together = i + 1 < Happenings.Count
                && Happenings[i + 1].Now == h.Now && Happenings[i + 1].Alive == h.Alive && (pattern >> (i % 30) & 1) == 0;
            if (together) continue;
            history.AddRange(run.Advance(batch, h.Now).Events);
            batch = [];
        }

        return history;
    }

    /// <summary>Holds two runs' states together. What is not recorded (that a due retry went out) is passed over.</summary>
    public static void AssertSame(WorkflowRun expected, WorkflowRun actual, DateTimeOffset now)
    {
        Assert.Equal(State(expected, now), State(actual, now));
        if (HasDueRetry(expected, now) || HasDueRetry(actual, now)) return;
        Assert.Equal(Work(expected), Work(actual));
    }

    public static string State(WorkflowRun run, DateTimeOffset now)
    {
        var snapshot = run.Describe();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{snapshot.Status} {run.HistoryLength} cancel={snapshot.CancelRequested} {run.Stall}\n");
        foreach (var a in snapshot.Activities)
            text.Append(CultureInfo.InvariantCulture, $"{a with { RetryAt = a.RetryAt <= now ? null : a.RetryAt }}\n");
        foreach (var c in snapshot.Compensations) text.Append(CultureInfo.InvariantCulture, $"{c.Command} {c.Saga} {c.State}\n");
        foreach (var t in snapshot.Tokens) text.Append(CultureInfo.InvariantCulture, $"{t}\n");
        foreach (var u in snapshot.Updates) text.Append(CultureInfo.InvariantCulture, $"{u}\n");
        if (run.Query("Seen", []) is { Result: { } seen }) text.Append(CultureInfo.InvariantCulture, $"{seen}\n");
        foreach (var t in snapshot.Timers) text.Append(CultureInfo.InvariantCulture, $"{t}\n");
        return text.ToString();
    }

    public static bool HasDueRetry(WorkflowRun run, DateTimeOffset now) => run.Describe().Activities.Any(a => a.RetryAt <= now);

    private static string Work(WorkflowRun run) =>
        $"wake={run.NextWakeAt:O} runnable={run.IsRunnable} "
        + string.Join(",", run.DispatchedAttempts().Select(static d => $"{d.Command}/{d.Attempt}@{d.Host}"));

    public static void Revive(RunSettings settings, string[] alive)
    {
        var placement = (TestPlacement)settings.Placement;
        placement.Alive.Clear();
        placement.Alive.AddRange(alive);
    }

    public static string Text(IEnumerable<HistoryEvent> events) =>
        HistorySerializerTests.Text([.. events]).Replace("{\"type\"", "\n{\"type\"");

    /// <summary>
    /// The same for histories that different executions wrote. The frames of a failure's trace are held together, the lines of
    /// the source not: they are read from symbol files, which the runtime leaves out where it does not get to read one.
    /// </summary>
    public static string ExecutedText(IEnumerable<HistoryEvent> events) => SourceLines().Replace(Text(events), "");

    [GeneratedRegex(""" in (?:(?!\\n)[^"])+?:line \d+""")]
    private static partial Regex SourceLines();

    private static StartRun Start(Node program) =>
        new(Harness.Key, Harness.RunId, "program", Harness.Json(program), 11, null, null);

    private static FailureInfo Failure(int rest) => new()
    {
        Kind = rest % 7 == 0 ? FailureKind.Timeout : FailureKind.Application,
        Timeout = rest % 7 == 0 ? TimeoutKind.StartToClose : null,
        Message = $"f{rest}",
        Type = rest % 5 == 0 ? "Fatal" : "Broken",
        NonRetryable = rest % 11 == 0,
        NextRetryDelay = rest % 6 == 0 ? TimeSpan.FromMilliseconds(rest % 900) : null,
    };

    /// <summary>A client does something to an activity.</summary>
    private void Meddle(int rest)
    {
        var request = new RequestId(default, ++_requests);
        if (rest % 2 == 0 && _outside.Count > 0)
        {
            var attempt = _outside[rest % _outside.Count];
            Do(new EndOutside(attempt.Command, attempt.Attempt, (rest / 2 % 4) switch
            {
                0 => new ActivityOutcome.Failed(Failure(rest)),
                1 => new ActivityOutcome.Canceled(new FailureInfo { Kind = FailureKind.Canceled, Message = "outside" }),
                _ => new ActivityOutcome.Completed(Harness.Json(rest % 100)),
            }, request));
            return;
        }

        var pending = Run.Describe().Activities;
        if (pending.Count == 0) return;
        var command = pending[rest % pending.Count].Command;
        Do((rest / 2 % 5) switch
        {
            0 => new PauseActivity(command, "wait", request),
            1 or 2 => new ResumeActivity(command, request),
            3 => new ResetActivity(command, rest % 3 == 0, request),
            _ => new ChangeActivityOptions(command, new SettingsChange
            {
                ScheduleToClose = TimeSpan.FromSeconds(1 + (rest % 50)),
                Retry = new RetryPolicy { MaximumAttempts = rest % 6, InitialInterval = TimeSpan.FromMilliseconds(300) },
            }, request),
        });
    }

    private void Complete(long token, int rest)
    {
        var secret = History.OfType<TokenCreated>().Single(t => t.Command == token).Secret;
        Do(new CompleteToken(token, secret, Harness.Json(rest), rest % 3 == 0 ? Failure(rest) : null,
            new RequestId(Client, ++_requests)));
    }

    private void Report(int rest, ActivityOutcome outcome)
    {
        var attempt = _out[rest % _out.Count];
        _out.Remove(attempt);
        var report = new ReportActivity(attempt.Command, attempt.Attempt, outcome);
        _reported.Add(report);
        Do(report);
    }

    private void Do(Stimulus stimulus)
    {
        Revive(Settings, _alive);
        var turn = Run.Advance([stimulus], Now);
        Happenings.Add(new Happening(stimulus, Now, _alive, turn.Events));
        _out.AddRange(turn.Effects.OfType<DispatchActivity>());
    }
}
