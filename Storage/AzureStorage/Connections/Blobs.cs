using System.Globalization;
using Azure;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Layout;

namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>
/// The container, by the few requests that the store is made of. Each is repeated while it is throttled or lost, up to the
/// limit; a conditional write whose earlier try may have been carried out is resolved by what is there, or fails as unknown.
/// Thread-safe.
/// </summary>
internal sealed partial class Blobs : IDisposable
{
    private const string WriteIdName = "w";

    private readonly BlobContainerClient _container;
    private readonly AzureStorageOptions _options;
    private readonly TimeProvider _time;
    private readonly AzureStorageInstruments _instruments;
    private readonly SemaphoreSlim _places;
    private AppendBlobClient? _appended;

    public Blobs(AzureStorageOptions options, TimeProvider time, AzureStorageInstruments instruments)
    {
        _options = options;
        _time = time;
        _instruments = instruments;
        _places = new SemaphoreSlim(options.MaximumRequests);
        Where = options.Describe();
        _container = Client(options, instruments);
    }

    /// <summary>While the store is opened, somebody waits: what is certain not to mend itself fails at once.</summary>
    public bool IsOpening { get; set; } = true;

    /// <summary>Sees, once the store is open, that no copy is put in its place; asked before anything is changed.</summary>
    public CopyWatch? Watch { get; set; }

    /// <summary>The data set's incarnation, once the store is open: what is noted of blobs holds for it alone.</summary>
    public Guid Incarnation { get; set; }

    /// <summary>What to call it in messages.</summary>
    public string Where { get; }

    public Uri Address => _container.Uri;

    /// <summary>Makes the container where it is missing.</summary>
    public Task<bool> CreateContainerAsync(CancellationToken cancellationToken) => SendAsync(
        async token => await _container.CreateIfNotExistsAsync(cancellationToken: token).ConfigureAwait(false) is not null,
        cancellationToken);

    public Task<bool> ContainerExistsAsync(CancellationToken cancellationToken) => SendAsync(
        async token => (await _container.ExistsAsync(token).ConfigureAwait(false)).Value, cancellationToken);

    /// <summary>
    /// Writes a block blob in one request, on the condition that there is none (<paramref name="ifMatch"/> is null and
    /// <paramref name="onlyNew"/>), that it still has the tag, or on none.
    /// </summary>
    /// <returns>Its new tag; null where the condition did not hold.</returns>
    public Task<ETag?> PutAsync(
        string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken, ETag? ifMatch = null,
        bool onlyNew = false, IDictionary<string, string>? metadata = null)
    {
        return WriteAsync(
            name, metadata ?? new Dictionary<string, string>(), ifMatch, onlyNew, UploadAsync, cancellationToken);

        async Task<ETag> UploadAsync(IDictionary<string, string> kept, BlobRequestConditions conditions, CancellationToken token)
        {
            using var stream = Streams.Of(content);
            var info = await _container.GetBlockBlobClient(name).UploadAsync(
                stream, new BlobUploadOptions { Conditions = conditions, Metadata = kept, TransferOptions = OneRequest },
                token).ConfigureAwait(false);
            return info.Value.ETag;
        }
    }

    /// <summary>
    /// Removes a blob if it is there (and, where a tag is given, still has it), also one that is held by a lease, where that is
    /// given.
    /// </summary>
    /// <returns>Whether it was removed.</returns>
    public async Task<bool> DeleteAsync(
        string name, CancellationToken cancellationToken, ETag? ifMatch = null, string? lease = null)
    {
        var (lost, held) = (false, lease);
        if (Watch is { IsDue: true } watch) await watch.CheckAsync(cancellationToken).ConfigureAwait(false);
        return await SendAsync(
            async token =>
            {
                while (true)
                {
                    try
                    {
                        await _container.GetBlobClient(name).DeleteAsync(
                            conditions: new BlobRequestConditions { IfMatch = ifMatch, LeaseId = held },
                            cancellationToken: token).ConfigureAwait(false);
                        return true;
                    }
                    catch (RequestFailedException e) when (Failures.Is(e, BlobErrorCode.BlobNotFound))
                    {
                        return lost;
                    }
                    catch (RequestFailedException e) when (held is not null && IsOfALease(e))
                    {
                        held = null; // nobody holds it any more
                    }
                    catch (RequestFailedException e) when (e.Status == 412)
                    {
                        return false;
                    }
                    catch (Exception e) when (Failures.IsPassing(e))
                    {
                        lost = true;
                        throw;
                    }
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// What is there is not what this silo knows: from now on nothing at all is written, since it cannot be told how much of the
    /// container was replaced.
    /// </summary>
    public StoreUnavailable Replaced(string what)
    {
        var told = new StoreUnavailable(
            $"{Where}: {what}: an older copy, or another one, was put in its place while silos run. Nothing is written any more. "
            + "Stop all silos. If the copy is to be gone on from, let all of it be put in place and start them with "
            + $"--accept-restore; where they then start without asking for that, remove the blob {CopyWatch.WitnessName} first.");
        Watch?.Found(told);
        return told;
    }

    /// <summary>Makes an empty append blob where there is none; does nothing where there is one.</summary>
    /// <returns>Its tag; null where it was there.</returns>
    public Task<ETag?> CreateAppendAsync(
        string name, CancellationToken cancellationToken, IDictionary<string, string>? metadata = null) => ChangeAsync<ETag?>(
        async token =>
        {
            try
            {
                var info = await _container.GetAppendBlobClient(name).CreateAsync(
                    new AppendBlobCreateOptions
                    {
                        Metadata = metadata, Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All },
                    },
                    token).ConfigureAwait(false);
                return info.Value.ETag;
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412 && IsCondition(e))
            {
                return null;
            }
        },
        cancellationToken);

    /// <summary>
    /// Appends one block at a place: to that place or not at all, so that it may be repeated. The answer says which, or that
    /// somebody else's block, or an earlier try of this one, stands there.
    /// </summary>
    /// <param name="name">The blob.</param>
    /// <param name="block">The block.</param>
    /// <param name="position">Where it is to stand.</param>
    /// <param name="cancellationToken">Gives up; the write may still happen.</param>
    /// <param name="ifMatch">
    /// The tag that the blob is known to have, where it is known: a copy of the same length has another.
    /// </param>
    /// <param name="lease">The lease by which the blob is held, if it is.</param>
    public Task<AppendedBlock> AppendAsync(
        string name, ReadOnlyMemory<byte> block, long position, CancellationToken cancellationToken, ETag? ifMatch = null,
        string? lease = null) => ChangeAsync(
        async token =>
        {
            try
            {
                using var stream = Streams.Of(block);
                var info = await AppendClient(name).AppendBlockAsync(
                    stream,
                    new AppendBlobAppendBlockOptions
                    {
                        Conditions = new AppendBlobRequestConditions
                        {
                            IfAppendPositionEqual = position, IfMatch = ifMatch, LeaseId = lease,
                        },
                    },
                    token).ConfigureAwait(false);
                return new AppendedBlock(BlockOutcome.Appended, info.Value.BlobCommittedBlockCount, info.Value.ETag);
            }
            catch (RequestFailedException e) when (IsOfALease(e))
            {
                return new AppendedBlock(BlockOutcome.NotHeld);
            }
            catch (RequestFailedException e) when (Failures.Is(e, BlobErrorCode.AppendPositionConditionNotMet)
                || Failures.Is(e, BlobErrorCode.ConditionNotMet))
            {
                return new AppendedBlock(BlockOutcome.Elsewhere);
            }
            catch (RequestFailedException e) when (Failures.Is(e, BlobErrorCode.BlobNotFound))
            {
                return new AppendedBlock(BlockOutcome.NoBlob);
            }
            catch (RequestFailedException e) when (Failures.Is(e, BlobErrorCode.BlockCountExceedsLimit)
                || Failures.Is(e, BlobErrorCode.MaxBlobSizeConditionNotMet))
            {
                return new AppendedBlock(BlockOutcome.Full);
            }
        },
        cancellationToken);

    public void Dispose() => _places.Dispose();

    private static readonly Azure.Storage.StorageTransferOptions OneRequest = new()
    {
        InitialTransferSize = 256 << 20, MaximumTransferSize = 256 << 20,
    };

    private static BlobContainerClient Client(AzureStorageOptions options, AzureStorageInstruments instruments)
    {
        var client = new BlobClientOptions();
        client.Retry.MaxRetries = 0; // this class repeats: it must know whether an earlier try may have been carried out
        client.Retry.NetworkTimeout = options.RequestTimeout;
        client.Diagnostics.IsLoggingEnabled = false;
        client.Diagnostics.IsDistributedTracingEnabled = false;
        client.AddPolicy(new Counting(instruments), Azure.Core.HttpPipelinePosition.PerRetry);
        options.ConfigureClient?.Invoke(client);
        return options.ConnectionString is { Length: > 0 } connection
            ? new BlobContainerClient(connection, options.Container, client)
            : new BlobServiceClient(
                ServiceOf(options),
                options.Credential ?? throw Failures.Unfit("A service URI needs a credential beside it (a managed identity)."),
                client).GetBlobContainerClient(options.Container);
    }

    private static Uri ServiceOf(AzureStorageOptions options) => options.ServiceUri switch
    {
        null => throw Failures.Unfit("The Azure Storage store needs a connection string or a service URI."),
        { Scheme: "https" } service => service,
        _ => throw Failures.Unfit("A service URI begins with https: an identity's token is not sent in the clear."),
    };

    private static long? Total(string? contentRange)
    {
        var slash = contentRange?.LastIndexOf('/') ?? -1;
        return slash >= 0 && long.TryParse(contentRange.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture,
            out var total) ? total : null;
    }

    private static bool IsCondition(RequestFailedException error) =>
        Failures.Is(error, BlobErrorCode.ConditionNotMet) || Failures.Is(error, BlobErrorCode.BlobAlreadyExists);

    private static bool IsOfALease(RequestFailedException error) =>
        error.Status == 412 && (Failures.Is(error, BlobErrorCode.LeaseLost)
            || Failures.Is(error, BlobErrorCode.LeaseNotPresentWithBlobOperation));

    private static BlobOrigin OriginOf(BlobDownloadDetails details) =>
        new(details.CreatedOn == default ? null : details.CreatedOn, details.CopyId is { Length: > 0 } id ? id : null);

    // One after the other mostly goes to the same blob, and making a client takes a few microseconds of the way to it.
    private AppendBlobClient AppendClient(string name) =>
        _appended is { } last && last.Name == name ? last : _appended = _container.GetAppendBlobClient(name);

    private Task<BlobPart?> GetAsync(
        string name, CancellationToken cancellationToken, long offset = 0, long? length = null) => SendAsync(
        async token =>
        {
            try
            {
                var range = offset == 0 && length is null ? default : new HttpRange(offset, length);
                var result = await _container.GetBlobClient(name).DownloadContentAsync(
                    new BlobDownloadOptions { Range = range }, token).ConfigureAwait(false);
                var details = result.Value.Details;
                var content = result.Value.Content.ToMemory();
                return new BlobPart(content, details.ETag, Total(details.ContentRange) ?? content.Length,
                    details.BlobCommittedBlockCount, details.Metadata, OriginOf(details));
            }
            catch (RequestFailedException e) when (Failures.Is(e, BlobErrorCode.BlobNotFound))
            {
                return null;
            }
            catch (RequestFailedException e) when (e.Status == 416)
            {
                return BlobPart.Nothing;
            }
        },
        cancellationToken);

    private async Task<ETag?> WriteAsync(
        string name, IDictionary<string, string> metadata, ETag? ifMatch, bool onlyNew,
        Func<IDictionary<string, string>, BlobRequestConditions, CancellationToken, Task<ETag>> write,
        CancellationToken cancellationToken)
    {
        if (Watch is { IsDue: true } watch) await watch.CheckAsync(cancellationToken).ConfigureAwait(false);

        // The service keeps the id of the write with the blob: by it a write whose answer was lost is known again.
        var id = Guid.NewGuid().ToString("N");
        var kept = new Dictionary<string, string>(metadata, StringComparer.Ordinal) { [WriteIdName] = id };
        var conditions = new BlobRequestConditions { IfMatch = ifMatch, IfNoneMatch = onlyNew ? ETag.All : null };
        var lost = false;
        return await SendAsync<ETag?>(
            async token =>
            {
                try
                {
                    return await write(kept, conditions, token).ConfigureAwait(false);
                }
                catch (RequestFailedException e) when (e.Status is 412 or 409 && IsCondition(e))
                {
                    return lost ? await MineAsync(name, id, token).ConfigureAwait(false) : null;
                }
                catch (RequestFailedException e) when (ifMatch is not null && Failures.Is(e, BlobErrorCode.BlobNotFound))
                {
                    return null;
                }
                catch (Exception e) when (Failures.IsPassing(e))
                {
                    lost = true;
                    throw;
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<ETag?> MineAsync(string name, string id, CancellationToken cancellationToken)
    {
        try
        {
            var properties = await _container.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            if (properties.Value.Metadata.TryGetValue(WriteIdName, out var there) && there == id) return properties.Value.ETag;
        }
        catch (RequestFailedException e) when (e.Status == 404 && !Failures.Is(e, BlobErrorCode.ContainerNotFound))
        {
            // Somebody removed it: what came of the write cannot be told.
        }

        throw new StoreUnavailable($"{Where}: an answer was lost, and others have written since; the outcome is unknown.");
    }

    private Task<T> ChangeAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        return Watch is { IsDue: true } watch ? WatchedAsync(watch) : SendAsync(request, cancellationToken);

        async Task<T> WatchedAsync(CopyWatch watch)
        {
            await watch.CheckAsync(cancellationToken).ConfigureAwait(false);
            return await SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<T> SendAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = _time.GetTimestamp();
        var delay = _options.RetryDelay;
        while (true)
        {
            await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
            Exception failure;
            try
            {
                using var limit = new CancellationTokenSource(_options.RequestTimeout, _time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
                return await request(both.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e) when (IsOpening && Failures.IsOfTheAddress(e))
            {
                throw Failures.Shown(e, Where, _time.GetUtcNow());
            }
            catch (Exception e) when (Failures.IsPassing(e) || e is OperationCanceledException)
            {
                failure = e is OperationCanceledException ? new TimeoutException("The service did not answer in time.", e) : e;
            }
            catch (RequestFailedException e)
            {
                throw Failures.Shown(e, Where, _time.GetUtcNow());
            }
            finally
            {
                _places.Release();
            }

            var wait = delay * (1 - (0.2 * Random.Shared.NextDouble()));
            if (Failures.RetryAfter(failure) is { } asked && asked > wait) wait = asked;
            if (_time.GetElapsedTime(started) + wait > _options.RetryLimit)
                throw Failures.Shown(failure, Where, _time.GetUtcNow());
            _instruments.Repeated();
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
            delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, _options.MaximumRetryDelay.Ticks));
        }
    }

    private sealed class Counting(AzureStorageInstruments instruments) : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(Azure.Core.HttpMessage message) => instruments.Sent();
    }
}
