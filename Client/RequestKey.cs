using System.Security.Cryptography;
using System.Text;
using Orchestration.Grains.Interfaces.Wire;

namespace Orchestration.Client;

/// <summary>
/// Lets a caller name a request by a key of its own, so that the same request may be made again by another process, or after a
/// crash, and takes effect once: the repeat is answered with what the first one brought about. Without a key only the client's
/// own
/// repeats are known.
/// </summary>
/// <remarks>
/// The key holds for one start, signal, update, cancellation, termination, or report or change of an activity, of one instance.
/// A run remembers the keys of its start and updates for good, those of all else for an hour at least, through continuations too.
/// </remarks>
public static class RequestKey
{
    private static readonly AsyncLocal<Guid?> Given = new();

    /// <summary>The sender id that stands for the key; null where there is none.</summary>
    internal static Guid? Sender => Given.Value;

    /// <summary>Names the requests that are made in this flow until the answer is disposed of: one, that is.</summary>
    /// <param name="key">What tells this request from all others; any text.</param>
    public static IDisposable Use(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var scope = new Scope(Given.Value);
        Given.Value = IdOf(key);
        return scope;
    }

    /// <summary>The id that stands for a key: the same everywhere and always.</summary>
    internal static Guid IdOf(string key) => new(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));

    /// <summary>The request that the key names.</summary>
    internal static ClientRequest? Request => Sender is { } sender ? new ClientRequest(sender, 1) : null;

    private sealed class Scope(Guid? before) : IDisposable
    {
        public void Dispose() => Given.Value = before;
    }
}
