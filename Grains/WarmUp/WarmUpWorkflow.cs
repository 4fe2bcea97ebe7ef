using Orchestration.Workflows;

namespace Orchestration.Grains.WarmUp;

/// <summary>Does once what most workflows do: activities, one of them retried, a timer, messages.</summary>
[Workflow("orchestration.warm-up")]
internal sealed class WarmUpWorkflow : Workflow<string, string>
{
    private static readonly ActivityOptions Options = new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(5),
        Retry = new RetryPolicy { InitialInterval = TimeSpan.FromMilliseconds(1) },
    };

    private string? _signaled;
    private string? _answered;

    /// <summary>What was said last.</summary>
    [Query]
    public string? Said() => _signaled ?? _answered;

    /// <summary>Lets it end.</summary>
    [Signal]
    public void Go(string text) => _signaled = text;

    /// <summary>Gives back what it is given.</summary>
    [Update]
    public string Answer(string text) => _answered = text;

    /// <inheritdoc/>
    public override async Task<string> RunAsync(string input)
    {
        var steps = Context.Activities<IWarmUpSteps>(Options);
        var text = await steps.EchoAsync(input);
        await steps.RetriedAsync();
        await Context.DelayAsync(TimeSpan.FromMilliseconds(1));
        await Context.WhenAsync(() => _signaled is not null);
        return text;
    }
}
