using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Properties;

/// <summary>A piece of a random workflow program.</summary>
public enum NodeKind
{
    Activity,
    Delay,
    Sequence,
    All,
    Any,
    CancelWhile,
    WaitForFlag,
    SetFlag,
    Random,
    Fail,
    Shielded,
    Local,
    Saga,
    Listen,
    Token,
    Finish,
}

/// <summary>A random workflow program, as its workflow's input.</summary>
public sealed record Node(NodeKind Kind, int Number, IReadOnlyList<Node> Children)
{
    public override string ToString() =>
        Children.Count == 0 ? $"{Kind} {Number}" : $"{Kind} {Number} [{string.Join(", ", Children)}]";
}

/// <summary>Runs a program. All that it can observe goes into what it asks for, so that any difference shows in events.</summary>
[Workflow("program")]
public sealed class ProgramWorkflow : Workflow<Node, string>
{
    private readonly HashSet<int> _flags = [];
    private string _seen = "";

    public override async Task<string> RunAsync(Node input)
    {
        foreach (var child in input.Children)
        {
            try
            {
                await RunAsync(child, null);
            }
            catch (RecordedFailure e) when (input.Number % 5 != 0)
            {
                See(e.GetType().Name);
            }
        }

        return _seen;
    }

    [Signal]
    public Task PokeAsync(int number) => StepInHandlerAsync(number);

    [Signal]
    public void Flag(int number) => _flags.Add(number % 3);

    [Update]
    public async Task<string> ChangeAsync(int number)
    {
        await StepInHandlerAsync(number);
        return _seen;
    }

    [UpdateValidator("Change")]
    public void MayChange(int number)
    {
        if (number % 4 == 0) throw new ApplicationFailure("not this one", "Unwanted");
    }

    [Query]
    public string Seen() => _seen;

    private async Task StepInHandlerAsync(int number)
    {
        try
        {
            await RunAsync(new Node((number % 5) switch
            {
                0 => NodeKind.Activity,
                1 => NodeKind.Delay,
                2 => NodeKind.Random,
                3 => NodeKind.WaitForFlag,
                _ => NodeKind.SetFlag,
            }, number, []), null);
        }
        catch (RecordedFailure e) when (number % 9 != 0)
        {
            See(e.GetType().Name);
        }
    }

    private async Task RunAsync(Node node, CancellationToken? token)
    {
        try
        {
            await StepAsync(node, token);
            See($"{node.Kind}{node.Number}");
        }
        catch (RecordedFailure e) when (node.Kind is NodeKind.Activity or NodeKind.Delay or NodeKind.WaitForFlag
            or NodeKind.Token
            && node.Number % 3 != 0)
        {
            See($"{e.GetType().Name}:{e.Message}:{e.InnerException?.GetType().Name}");
        }
    }

    private async Task StepAsync(Node node, CancellationToken? token)
    {
        switch (node.Kind)
        {
            case NodeKind.Activity:
                See((await Context.ExecuteActivityAsync<int>($"a{node.Number % 4}", [_seen, node.Number], Options(node.Number,
                    token))).ToString());
                break;
            case NodeKind.Delay:
                await Context.DelayAsync(node.Number % 7 == 6
                    ? TimeSpan.MaxValue : TimeSpan.FromMilliseconds(node.Number * 250), token);
                break;
            case NodeKind.Sequence:
                foreach (var child in node.Children) await RunAsync(child, token);
                break;
            case NodeKind.All:
                await Task.WhenAll(node.Children.Select(c => RunAsync(c, token)));
                break;
            case NodeKind.Any when node.Children.Count > 0:
                await await Task.WhenAny(node.Children.Select(c => RunAsync(c, token)));
                break;
            case NodeKind.CancelWhile when node.Children.Count > 1:
                await CancelWhileAsync(node);
                break;
            case NodeKind.WaitForFlag:
                await Context.WhenAsync(() => _flags.Contains(node.Number % 3), token);
                break;
            case NodeKind.SetFlag:
                if (!_flags.Add(node.Number % 3)) _flags.Remove(node.Number % 3);
                break;
            case NodeKind.Random:
                See($"{Context.Random.Next(100)}:{Context.NewGuid():N}");
                break;
            case NodeKind.Fail:
                throw new ApplicationFailure($"failure {node.Number}", "Wanted");
            case NodeKind.Local:
                See((await Context.ExecuteLocalActivityAsync<int>($"a{node.Number % 4}", [_seen, node.Number],
                    Locally(node.Number, token))).ToString());
                break;
            case NodeKind.Saga:
                await Context.SagaAsync(saga => SagaAsync(saga, node, token),
                    new() { CompensatesInParallel = node.Number % 3 == 0 });
                break;
            case NodeKind.Listen:
                Context.OnSignal<int>($"late{node.Number % 2}", n => StepInHandlerAsync(n));
                break;
            case NodeKind.Token:
                var made = Context.CreateToken<int>($"t{node.Number}");
                if (node.Number % 4 == 3) made.Revoke();
                else See($"{await made.WaitAsync(node.Number % 2 == 0 ? TimeSpan.FromSeconds(2) : null, token)}");
                break;
            case NodeKind.Finish:
                await Context.WhenAsync(() => Context.AllHandlersFinished, token);
                break;
            case NodeKind.Shielded:
                foreach (var child in node.Children) await RunAsync(child, CancellationToken.None);
                break;
        }
    }

    private async Task CancelWhileAsync(Node node)
    {
        using var source = node.Number % 2 == 0
            ? new CancellationTokenSource()
            : CancellationTokenSource.CreateLinkedTokenSource(Context.CancellationToken);
        using var registration = source.Token.Register(() => See("token"));
        var canceled = RunAsync(node.Children[0], source.Token);
        foreach (var child in node.Children.Skip(1)) await RunAsync(child, null);
        source.Cancel();
        source.Cancel();
        await canceled;
    }

    private async Task SagaAsync(Saga saga, Node node, CancellationToken? token)
    {
        foreach (var child in node.Children)
        {
            var undo = new Node(NodeKind.Activity, (child.Number * 3) % 40, []);
            saga.Compensate(() => RunAsync(undo, null), $"undo {child.Number}");
            if (child.Number % 4 == 3 && child.Children.Count > 0) await saga.SagaAsync(inner => SagaAsync(inner, child, token));
            else await RunAsync(child, token);
        }

        if (node.Number % 2 == 0) throw new ApplicationFailure($"saga {node.Number}", "Wanted");
    }

    // Back-offs in memory are not recorded, so a replayed run may stand elsewhere within them: these have tests of their own.
    private static LocalActivityOptions Locally(int number, CancellationToken? token) => new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(30),
        ScheduleToCloseTimeout = number % 5 == 0 ? TimeSpan.FromSeconds(3) : null,
        CancellationType = (ActivityCancellationType)(number % 3),
        CancellationToken = token,
        LocalRetryThreshold = TimeSpan.Zero,
        Retry = new RetryPolicy
        {
            MaximumAttempts = number % 4, InitialInterval = TimeSpan.FromMilliseconds(500), NonRetryableErrorTypes = ["Fatal"],
        },
    };

    private static ActivityOptions Options(int number, CancellationToken? token) => new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(30),
        ScheduleToCloseTimeout = number % 5 == 0 ? TimeSpan.FromSeconds(3) : null,
        CancellationType = (ActivityCancellationType)(number % 3),
        CancellationToken = token,
        Retry = new RetryPolicy
        {
            MaximumAttempts = number % 4, InitialInterval = TimeSpan.FromMilliseconds(500), NonRetryableErrorTypes = ["Fatal"],
        },
    };

    private void See(string what)
    {
        _seen += $"{what}@{Context.UtcNow.ToUnixTimeMilliseconds() % 1_000_000}/{Context.HistoryLength};";
        if (_seen.Length > 600) _seen = _seen[^300..];
    }
}
