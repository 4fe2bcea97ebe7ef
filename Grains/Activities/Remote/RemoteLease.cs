namespace Orchestration.Grains.Activities.Remote;

/// <summary>Who has an attempt, and for how long.</summary>
internal sealed class RemoteLease
{
    /// <summary>Guards the decision about the end.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Opens the attempt to its worker; empty while it waits.</summary>
    public Guid Id { get; set; }

    /// <summary>What people call the worker.</summary>
    public string Worker { get; set; } = "";

    /// <summary>Until when the worker may be silent, on the host's clock.</summary>
    public long Until = AttemptDeadlines.Never;

    /// <summary>Done once the outcome that the worker told is durable, or not wanted.</summary>
    public TaskCompletionSource<bool>? Durable { get; set; }
}
