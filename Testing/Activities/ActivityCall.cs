using Orchestration.Workflows;

namespace Orchestration.Testing.Activities;

/// <summary>One attempt of a mocked activity.</summary>
public sealed class ActivityCall
{
    private readonly WorkflowTestEnvironment _environment;

    internal ActivityCall(
        WorkflowTestEnvironment environment, string name, IReadOnlyList<object?> arguments, int number, CancellationToken token)
    {
        _environment = environment;
        ActivityType = name;
        Arguments = arguments;
        Number = number;
        CancellationToken = token;
        var context = ActivityContext.Current;
        Workflow = context.Workflow;
        Attempt = context.Attempt;
        IdempotencyKey = context.IdempotencyKey;
    }

    /// <summary>The activity's name.</summary>
    public string ActivityType { get; }

    /// <summary>Its arguments as the method declares them; of one that is mocked by name alone, as payloads.</summary>
    public IReadOnlyList<object?> Arguments { get; }

    /// <summary>The how manyeth call of this mock it is, from 1, attempts of all workflows counted.</summary>
    public int Number { get; }

    /// <summary>The instance that called.</summary>
    public WorkflowKey Workflow { get; }

    /// <summary>The number of the attempt, from 1.</summary>
    public int Attempt { get; }

    /// <summary>The same for all attempts of one call.</summary>
    public string IdempotencyKey { get; }

    /// <summary>Cancelled when the attempt should end.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Takes so long, in virtual time.</summary>
    public Task DelayAsync(TimeSpan delay) => _environment.DelayAsync(delay, CancellationToken);

    /// <summary>Says that the attempt is alive, and keeps details for the next one.</summary>
    public static void Heartbeat(object? details = null) => ActivityContext.Current.Heartbeat(details);
}
