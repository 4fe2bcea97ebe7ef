using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Storage.AzureStorage.Layout;
using Orchestration.Storage.AzureStorage.Log;
using Orchestration.Storage.AzureStorage.Runs;
using Orchestration.Storage.AzureStorage.Side;

namespace Orchestration.Storage.AzureStorage;

/// <summary>
/// The stores of one container. Any number of silos may have it open: each write is conditional in the service itself, and what
/// is acknowledged is replicated as the account is set.
/// </summary>
public sealed partial class AzureStorageStores : IAsyncDisposable
{
    private readonly Blobs _blobs;
    private readonly AzureStorageInstruments _instruments;
    private readonly SharedLogStore? _log;
    private int _disposed;

    private AzureStorageStores(
        Blobs blobs, StoreLayout layout, bool wasRestored, AzureStorageOptions options, ILogger logger, TimeProvider time,
        AzureStorageInstruments instruments)
    {
        _blobs = blobs;
        _instruments = instruments;
        DataSet = layout.DataSet;
        Form = layout.Form;
        WasRestored = wasRestored;
        if (layout.Form == AzureStorageForm.SharedLog)
        {
            _log = new SharedLogStore(blobs, layout.Logs, options, time, logger, instruments);
            History = _log;
        }
        else
        {
            History = new BlobPerRunStore(blobs, options, time);
        }

        Reader = History is SharedLogStore log
            ? new SharedLogReader(log, blobs) : new BlobPerRunReader((BlobPerRunStore)History, blobs);
        Reminders = new AzureReminderStore(blobs);
        SmallState = new AzureSmallStateStore(blobs);
        Membership = new AzureMembershipStore(blobs);
        if (layout.KeepsInAppendBlobs) Sweep = new ContentSweep(blobs, time, logger);
        else LayoutAdvice = AdviceOfFirst(options);
    }

    internal ContentSweep? Sweep { get; }

    /// <summary>Histories.</summary>
    public IHistoryStore History { get; }

    /// <summary>Reminders.</summary>
    public IReminderStore Reminders { get; }

    /// <summary>Small state.</summary>
    public ISmallStateStore SmallState { get; }

    /// <summary>The silos of the clusters that work on this container.</summary>
    public IMembershipStore Membership { get; }

    /// <summary>The whole data set, to be moved or checked.</summary>
    public IDataSetReader Reader { get; }

    /// <summary>The data set's id, for life.</summary>
    public Guid DataSet { get; }

    /// <summary>How the data set keeps its histories.</summary>
    public AzureStorageForm Form { get; }

    /// <summary>Whether this opening accepted a copied or restored container.</summary>
    public bool WasRestored { get; }

    /// <summary>
    /// What the container's layout lacks and how to get the newest, for people; null where it is the newest. A container is not
    /// converted in place: it goes on as it is until its data set is moved.
    /// </summary>
    public string? LayoutAdvice { get; }

    /// <summary>How many requests this process has sent to the service.</summary>
    public long Requests => _instruments.Requests;

    /// <summary>Opens a container, and makes the data set where it is missing or empty.</summary>
    /// <exception cref="StoreRefused">
    /// The layout is newer (ORCH0102); account, credential, rights, clock or options do not do (ORCH0104); it was restored
    /// without consent (ORCH0105); or it is not a store's (ORCH0106). The message says which, and what to do. Nothing was
    /// written.
    /// </exception>
    /// <exception cref="StoreUnavailable">The service cannot be reached or throttles; it may be tried again.</exception>
    public static async Task<AzureStorageStores> OpenAsync(
        AzureStorageOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var time = timeProvider ?? TimeProvider.System;
        var instruments = new AzureStorageInstruments(meterFactory);
        Blobs? blobs = null;
        try
        {
            blobs = new Blobs(options, time, instruments);
            var (layout, wasRestored) = await LayoutGate.OpenAsync(blobs, options, cancellationToken).ConfigureAwait(false);
            blobs.Incarnation = layout.Incarnation;
            if (layout.Form == AzureStorageForm.SharedLog)
                await Task.WhenAll(Enumerable.Range(0, layout.Logs).Select(
                    log => LogGate.CheckAsync(blobs, new LogNames(log), cancellationToken))).ConfigureAwait(false);
            blobs.IsOpening = false;
            blobs.Watch = new CopyWatch(blobs, layout.Witness, time);
            var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Orchestration.Storage.AzureStorage");
            var stores = new AzureStorageStores(blobs, layout, wasRestored, options, logger, time, instruments);
            if (stores.LayoutAdvice is { } advice) LogOlderLayout(logger, advice);
            return stores;
        }
        catch (Exception e)
        {
            blobs?.Dispose();
            instruments.Dispose();
            var refusal = Failures.Refusal(e, options.Describe(), time.GetUtcNow());
            if (ReferenceEquals(refusal, e) || e is OperationCanceledException) throw;
            throw refusal;
        }
    }

    /// <summary>
    /// Carries out what is queued, and lets go. Where the service does not answer, what waits fails after 10 s.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        if (Sweep is not null) await Sweep.DisposeAsync().ConfigureAwait(false);
        if (_log is not null) await _log.DisposeAsync().ConfigureAwait(false);
        _blobs.Dispose();
        _instruments.Dispose();
    }

    private static string AdviceOfFirst(AzureStorageOptions options) =>
        $"{options.Describe()} has layout 1: a point-in-time restore of the account takes runs and state of it away, and nobody "
        + "notices. Stop all silos and move it to another container, which gets layout 2: orchestration store move "
        + $"\"azure:...;Container={options.Container}\" \"azure:...;Container={options.Container}-2\"; then start them on that "
        + "one.";
}
