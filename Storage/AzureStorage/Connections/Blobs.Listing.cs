using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>Lists, and leases.</summary>
internal sealed partial class Blobs
{
    /// <summary>How long a lease lasts.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(60);

    /// <summary>The blobs whose names begin so, in the order of their names, a page a request.</summary>
    public async IAsyncEnumerable<IReadOnlyList<BlobItem>> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken,
        bool withMetadata = false, int pageSize = 5000)
    {
        string? next = null;
        do
        {
            var from = next;
            var page = await SendAsync(
                async token =>
                {
                    var traits = withMetadata ? BlobTraits.Metadata : BlobTraits.None;
                    await foreach (var read in _container.GetBlobsAsync(traits, BlobStates.None, prefix, token)
                        .AsPages(from, pageSize).ConfigureAwait(false)) return read;
                    return Page<BlobItem>.FromValues([], null, null!);
                },
                cancellationToken).ConfigureAwait(false);
            yield return page.Values;
            next = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(next));
    }

    /// <summary>The next parts of names after a prefix, up to and with the slash, in order.</summary>
    public async Task<List<string>> FoldersAsync(string prefix, CancellationToken cancellationToken) => await SendAsync(
        async token =>
        {
            var names = new List<string>();
            await foreach (var item in _container.GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, "/", prefix, token)
                .ConfigureAwait(false))
                if (item.IsPrefix) names.Add(item.Prefix);
            return names;
        },
        cancellationToken).ConfigureAwait(false);

    /// <summary>Removes all blobs whose names begin so.</summary>
    public async Task DeleteAllAsync(string prefix, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var page in ListAsync(prefix, cancellationToken).ConfigureAwait(false))
            names.AddRange(page.Select(static item => item.Name));
        await Task.WhenAll(names.Select(name => DeleteAsync(name, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Takes a minute's lease of a blob; null where somebody else has it.</summary>
    public Task<string?> TryLeaseAsync(string name, CancellationToken cancellationToken) => SendAsync(
        async token =>
        {
            try
            {
                var lease = await _container.GetBlobClient(name).GetBlobLeaseClient()
                    .AcquireAsync(LeaseTime, cancellationToken: token).ConfigureAwait(false);
                return lease.Value.LeaseId;
            }
            catch (RequestFailedException e) when (Failures.Is(e, BlobErrorCode.LeaseAlreadyPresent))
            {
                return null;
            }
        },
        cancellationToken);

    /// <summary>
    /// Holds a blob for a minute, by a lease that all silos name alike: nobody else overwrites or removes it meanwhile. Prolongs
    /// it where it is held.
    /// </summary>
    public Task HoldAsync(string name, string lease, CancellationToken cancellationToken) => ChangeAsync(
        async token =>
        {
            try
            {
                await _container.GetBlobClient(name).GetBlobLeaseClient(lease)
                    .AcquireAsync(LeaseTime, cancellationToken: token).ConfigureAwait(false);
                return true;
            }
            catch (RequestFailedException e) when (Failures.Is(e, BlobErrorCode.BlobNotFound))
            {
                return false; // whoever writes to it is told so
            }
        },
        cancellationToken);

    /// <summary>Gives a lease back before its time. One that has run out needs no giving back.</summary>
    public Task ReleaseAsync(string name, string lease) => SendAsync(
        async token =>
        {
            try
            {
                await _container.GetBlobClient(name).GetBlobLeaseClient(lease)
                    .ReleaseAsync(cancellationToken: token).ConfigureAwait(false);
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
            {
                return false;
            }
        },
        CancellationToken.None);
}
