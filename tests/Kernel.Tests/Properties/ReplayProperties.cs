using FsCheck;
using FsCheck.Fluent;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;

namespace Orchestration.Kernel.Tests.Properties;

public class ReplayProperties
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("ORCHESTRATION_LONG_TESTS") == "1";
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(Long ? 20_000 : 500).WithEndSize(40);

    /// <summary>For what replays every prefix of every history.</summary>
    private static readonly Config FewerRuns = Runs.WithMaxTest(Long ? 2_000 : 120);

    /// <summary>Forms that random programs do not lead to; they have tests of their own.</summary>
    private static readonly HashSet<Type> Elsewhere =
    [
        typeof(RunTerminated),
        typeof(RunTimedOut),
        typeof(StartDelayEnded),
        typeof(PatchMarked),
        typeof(RunContinuedAsNew),
        typeof(ChildScheduled),
        typeof(ChildStarted),
        typeof(ChildStartFailed),
        typeof(ChildRetryScheduled),
        typeof(ChildCompleted),
        typeof(ChildEnded),
        typeof(ChildCancelRequested),
        typeof(ExternalSignalRequested),
        typeof(ExternalCancelRequested),
        typeof(ExternalBound),
        typeof(ExternalDelivered),
        typeof(ExternalFailed),
        typeof(OwedSettled),
    ];

    [Fact]
    public void Replay_AfterEveryTurn_EqualsTheLiveRun() => ForAll(FewerRuns, (program, choices) =>
    {
        var world = new World(program);
        foreach (var choice in choices)
        {
            world.Choose(choice);
            var replayed = WorkflowRun.Replay(world.Settings, [.. world.History]);
            World.AssertSame(world.Run, replayed, world.Now);
        }
    });

    [Fact]
    public void Replay_OfEveryPrefix_AsksForWhatWasAskedThen() => ForAll(FewerRuns, (program, choices) =>
    {
        var world = new World(program);
        foreach (var choice in choices) world.Choose(choice);
        var history = world.History.ToList();
        for (var cut = 1; cut < history.Count; cut++)
        {
            var end = cut;
            while (end < history.Count && CommandMatcher.IsCommand(history[end])) end++;
            var settings = World.NewSettings();
            var run = WorkflowRun.Replay(settings, history.Take(cut));
            Assert.Null(run.Stall);
            Assert.Equal(cut, run.HistoryLength);

            // Whether a due retry went out is not recorded; a cut at that instant may cancel it in another way.
            if (World.HasDueRetry(run, history[cut - 1].At)) continue;
            var added = run.Advance([], history[cut - 1].At).Events;
            Assert.Equal(Comparable(history[cut..end]), Comparable(added));
        }
    });

    [Fact]
    public void Advance_StimuliInOtherBatches_GivesTheSameHistory() => ForAll((program, choices) =>
    {
        var world = new World(program);
        foreach (var choice in choices) world.Choose(choice);
        var text = World.ExecutedText(world.History);
        Assert.DoesNotContain(":line ", text, StringComparison.Ordinal);
        Assert.Equal(text, World.ExecutedText(world.InBatches(0)));
        Assert.Equal(text, World.ExecutedText(world.InBatches(choices.Aggregate(17, static (a, b) => (a * 31) + b))));
    });

    [Fact]
    public void Advance_EveryReportAgain_ChangesNothing() => ForAll((program, choices) =>
    {
        var world = new World(program);
        foreach (var choice in choices) world.Choose(choice);
        var before = World.State(world.Run, world.Now);
        // A client's wish that changed nothing was answered, and is not repeated; nothing remembers it.
        var again = world.Happenings.Where(static h => h.Stimulus is not ActivityControl || h.Events.Count > 0)
            .Select(static h => h.Stimulus)
            .Where(static s => s is ReportActivity or ActivityControl or RequestCancel or LoseHost or LoseAttempt or StartRun
                or SignalRun { Request: not null } or UpdateRun or CompleteToken)
            .Reverse().ToList();
        var turn = world.Run.Advance(again, world.Now);
        Assert.Empty(turn.Events);
        Assert.Empty(turn.Effects);
        Assert.Equal(before, World.State(world.Run, world.Now));
    });

    [Fact]
    public void Serializer_AnyHistory_ComesBack() => ForAll((program, choices) =>
    {
        var world = new World(program);
        foreach (var choice in choices) world.Choose(choice);
        var text = World.Text(world.History);
        Assert.Equal(text, World.Text(History.HistorySerializerTests.Read(text)));
    });

    [Fact]
    public void Worlds_ManyRandomOnes_ReachEveryFormOfEvent()
    {
        var seen = new HashSet<Type>();
        ForAll((program, choices) =>
        {
            var world = new World(program);
            foreach (var choice in choices) world.Choose(choice);
            seen.UnionWith(world.History.Select(static e => e.GetType()));
        });
        Assert.Equal(
            typeof(HistoryEvent).Assembly.GetTypes().Where(static t =>
                t.IsSubclassOf(typeof(HistoryEvent)) && !Elsewhere.Contains(t)).ToHashSet(),
            seen);
    }

    // The host is chosen anew where an event was not stored, and so is a token's secret.
    private static string Comparable(IEnumerable<HistoryEvent> events) =>
        World.ExecutedText(events.Select(static e => e switch
    {
        ActivityScheduled s => s with { Host = "any" },
        TokenCreated t => t with { Secret = "any" },
        _ => e,
    }));

    private static void ForAll(Action<Node, int[]> property) => ForAll(Runs, property);

    private static void ForAll(Config config, Action<Node, int[]> property)
    {
        var choices = Gen.Choose(5, 100).SelectMany(static n => Gen.Choose(0, 1_000_000).ArrayOf(n));
        var programs = Gen.Choose(2, 6).SelectMany(static n => Program(12).ArrayOf(n)).Zip(Gen.Choose(0, 40))
            .Select(static t => new Node(NodeKind.Sequence, t.Item2, t.Item1));
        var inputs = programs.SelectMany(p => choices.Select(c => (p, c)));
        Prop.ForAll(Arb.From(inputs, Shrink), t => property(t.p, t.c)).Check(config);
    }

    private static IEnumerable<(Node, int[])> Shrink((Node Program, int[] Choices) t)
    {
        for (var take = t.Choices.Length / 2; take > 0; take /= 2) yield return (t.Program, t.Choices[..^take]);
        for (var i = 0; i < t.Choices.Length; i++) yield return (t.Program, [.. t.Choices[..i], .. t.Choices[(i + 1)..]]);
        foreach (var smaller in ShrinkNode(t.Program)) yield return (smaller, t.Choices);
    }

    private static IEnumerable<Node> ShrinkNode(Node node)
    {
        foreach (var child in node.Children) yield return child;
        for (var i = 0; i < node.Children.Count; i++)
        {
            yield return node with { Children = [.. node.Children.Where((_, at) => at != i)] };
            foreach (var smaller in ShrinkNode(node.Children[i]))
                yield return node with { Children = [.. node.Children.Select((c, at) => at == i ? smaller : c)] };
        }
    }

    private static Gen<Node> Program(int size)
    {
        var kinds = Gen.Frequency(
            (8, Gen.Constant(NodeKind.Activity)),
            (3, Gen.Constant(NodeKind.Local)),
            (4, Gen.Constant(NodeKind.Delay)),
            (1, Gen.Constant(NodeKind.WaitForFlag)),
            (2, Gen.Constant(NodeKind.SetFlag)),
            (1, Gen.Constant(NodeKind.Random)),
            (1, Gen.Constant(NodeKind.Listen)),
            (1, Gen.Constant(NodeKind.Token)),
            (1, Gen.Constant(NodeKind.Finish)),
            (1, Gen.Constant(NodeKind.Fail)));
        var leaf = kinds.Zip(Gen.Choose(0, 40)).Select(static t => new Node(t.Item1, t.Item2, []));
        if (size <= 1) return leaf;
        var inner = Gen.Elements(NodeKind.Sequence, NodeKind.Sequence, NodeKind.All, NodeKind.Any, NodeKind.CancelWhile,
            NodeKind.Shielded, NodeKind.Saga)
            .Zip(Gen.Choose(0, 40))
            .SelectMany(t => Gen.Choose(1, 4).SelectMany(n =>
                Program(size / n).ArrayOf(n)).Select(c => new Node(t.Item1, t.Item2, c)));
        return Gen.Frequency((1, leaf), (4, inner));
    }
}
