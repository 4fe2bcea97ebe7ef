namespace Orchestration.Grains.WarmUp;

/// <summary>The activities of <see cref="WarmUpWorkflow"/>.</summary>
internal interface IWarmUpSteps
{
    /// <summary>Gives back what it is given.</summary>
    Task<string> EchoAsync(string text);

    /// <summary>Fails the first time.</summary>
    Task RetriedAsync();
}
