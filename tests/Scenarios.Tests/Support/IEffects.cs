namespace Orchestration.Scenarios.Tests.Support;

/// <summary>What workflows of the scenarios do to the world outside.</summary>
public interface IEffects
{
    /// <summary>Has an effect, and gives back its name.</summary>
    Task<string> DoAsync(string what);

    /// <summary>Has an effect, some time after it began.</summary>
    Task<string> TakeAsync(string what, TimeSpan time, CancellationToken cancellationToken);

    /// <summary>Fails, each time.</summary>
    Task FailAsync(string why);
}
