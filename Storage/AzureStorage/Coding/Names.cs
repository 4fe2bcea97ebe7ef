using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Coding;

/// <summary>
/// Names of blobs. Ids are data and may hold anything; a blob's name may not, and is at most 1,024 characters long: so names hold
/// hashes of ids, and what they stand for is in the blob.
/// </summary>
internal static class Names
{
    public const int HashLength = 16;

    /// <summary>128 bits of SHA-256 over the parts, each after its length.</summary>
    public static byte[] Hash(params ReadOnlySpan<string> parts)
    {
        var writer = new ByteWriter();
        foreach (var part in parts) writer.Text(part);
        return SHA256.HashData(writer.Written.Span)[..HashLength];
    }

    public static byte[] Hash(WorkflowKey key) => Hash(key.Namespace, key.Id.Value);

    public static string Hex(params ReadOnlySpan<string> parts) => Convert.ToHexStringLower(Hash(parts));

    public static string Hex(WorkflowKey key) => Convert.ToHexStringLower(Hash(key));

    /// <summary>A text as the value of a blob's metadata, which is ASCII.</summary>
    public static string ToMetadata(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public static string FromMetadata(IDictionary<string, string> metadata, string name)
    {
        try
        {
            return metadata.TryGetValue(name, out var value)
                ? Encoding.UTF8.GetString(Convert.FromBase64String(value))
                : throw ByteReader.Damaged("an index entry without its metadata");
        }
        catch (FormatException)
        {
            throw ByteReader.Damaged("an index entry whose metadata");
        }
    }

    public static string Ordered(long value, int digits) =>
        value.ToString("D" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
