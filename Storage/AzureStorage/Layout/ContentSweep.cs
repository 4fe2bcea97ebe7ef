using Microsoft.Extensions.Logging;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Layout;

/// <summary>
/// Removes contents that no blob names: a silo that died between writing one and naming it, or between naming another one and
/// removing it, has left them. Once in a while by each silo: one list, and a read for each content that has been there for a day.
/// </summary>
internal sealed partial class ContentSweep : IAsyncDisposable
{
    // A silo that is started often does so too; a command that opens the store does not.
    private static readonly TimeSpan First = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    // Longer than any write takes from its content to its name.
    private static readonly TimeSpan NamelessFor = TimeSpan.FromDays(1);

    private readonly Blobs _blobs;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _end = new();
    private Task _sweeping = Task.CompletedTask;

    public ContentSweep(Blobs blobs, TimeProvider time, ILogger logger)
    {
        (_blobs, _time, _logger) = (blobs, time, logger);
        _timer = time.CreateTimer(static sweep => ((ContentSweep)sweep!).Begin(), this, First, Interval);
    }

    /// <summary>Removes those that have been without a name for a day.</summary>
    /// <returns>How many.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var (before, removed) = (_time.GetUtcNow() - NamelessFor, 0);
        await foreach (var page in _blobs.ListAsync(Blobs.Contents, cancellationToken, withMetadata: true).ConfigureAwait(false))
        {
            foreach (var item in page)
            {
                // Those of an older version do not say whose they are, and stay.
                if (item.Properties.LastModified >= before || Blobs.OwnerOf(item.Metadata) is not { } owner) continue;
                if (await _blobs.VersionAsync(owner, cancellationToken).ConfigureAwait(false) is { Content: { } named }
                    && named == item.Name) continue;
                if (await _blobs.DeleteAsync(item.Name, cancellationToken).ConfigureAwait(false)) removed++;
            }
        }

        if (removed > 0) LogSwept(removed);
        return removed;
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _end.CancelAsync().ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
        _end.Dispose();
    }

    private void Begin()
    {
        if (_sweeping.IsCompleted) _sweeping = Task.Run(SweepByTimeAsync);
    }

    private async Task SweepByTimeAsync()
    {
        try
        {
            await SweepAsync(_end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The store closes; the next one does it.
        }
        catch (EngineFault e)
        {
            LogFailed(e.Message);
        }
    }
}
