namespace Orchestration.OrderFulfillment.Input;

/// <summary>A line that could not be used, and why. It stops nothing else.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line's number, from 1.</param>
/// <param name="Reason">What is wrong with it, in words.</param>
public sealed record InputProblem(string File, int Line, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}: {Reason}";
}
