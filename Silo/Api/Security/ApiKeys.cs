using System.Security.Cryptography;
using System.Text;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Security;

/// <summary>The keys that open the API: a line each in a file, so that a new one can be given out before the old one
/// goes.</summary>
internal sealed class ApiKeys
{
    private const int ShortestKey = 16;

    private readonly byte[][] _hashes;

    private ApiKeys(byte[][] hashes) => _hashes = hashes;

    /// <summary>No key is needed.</summary>
    public static ApiKeys None { get; } = new([]);

    /// <summary>Whether a key is needed.</summary>
    public bool AreNeeded => _hashes.Length > 0;

    /// <summary>Reads a file of keys; empty lines and those that begin with <c>#</c> are none.</summary>
    /// <exception cref="InvalidRequest">It cannot be read, has no key, or one that could be guessed.</exception>
    public static ApiKeys Read(FileInfo? file)
    {
        if (file is null) return None;
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidRequest($"the API keys cannot be read ({e.Message}); name a file with --api-key-file.", e);
        }

        var keys = lines.Select(static l => l.Trim()).Where(static l => l.Length > 0 && l[0] != '#').ToList();
        if (keys.Count == 0) throw new InvalidRequest($"{file.FullName} has no API key; put one there, on a line of its own.");
        if (keys.Exists(static k => k.Length < ShortestKey))
            throw new InvalidRequest(
                $"{file.FullName} has an API key of fewer than {ShortestKey} characters, which could be guessed; make one with "
                + "'openssl rand -hex 24'.");
        return new ApiKeys([.. keys.Select(Hash)]);
    }

    /// <summary>Whether a key is one of them. Takes the same time for all wrong ones.</summary>
    public bool Has(string? key)
    {
        if (key is null) return false;
        var hash = Hash(key);
        var found = false;
        foreach (var known in _hashes) found |= CryptographicOperations.FixedTimeEquals(known, hash);
        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
