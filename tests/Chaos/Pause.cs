namespace Orchestration.Chaos;

/// <summary>Real time goes by: it is what this driver is about.</summary>
internal static class Pause
{
    public static Task ForAsync(TimeSpan length, CancellationToken cancellationToken = default) =>
        length > TimeSpan.Zero ? Task.Delay(length, cancellationToken) : Task.CompletedTask;
}
