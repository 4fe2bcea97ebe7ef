namespace Orchestration.Grains.Recovery;

/// <summary>
/// How many shards of this silo look after their reminders at a time. All of them start in one moment, and where reminders are
/// kept each call may take a connection: a few at a time are done as soon, and leave a small database to others. Thread-safe.
/// </summary>
internal sealed class ReminderGate : IDisposable
{
    /// <summary>How many at a time.</summary>
    public const int Width = 8;

    private readonly SemaphoreSlim _free = new(Width);

    /// <summary>Waits for a place.</summary>
    public Task EnterAsync(CancellationToken cancellationToken) => _free.WaitAsync(cancellationToken);

    /// <summary>Gives the place back.</summary>
    public void Leave() => _free.Release();

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
