using System.Security.Cryptography;
using System.Text;

namespace Orchestration.Silo.Api.Values;

/// <summary>Ids that the API makes, and how ids stand in paths.</summary>
internal static class RequestIds
{
    /// <summary>An id that is nobody else's.</summary>
    public static string New() => Guid.CreateVersion7().ToString("N");

    /// <summary>The id of a workflow that is started without one, under a key: the same each time.</summary>
    public static string Of(string @namespace, string type, string key) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{@namespace}\n{type}\n{key}")).AsSpan(0, 16)).ToString("N");

    /// <summary>An id as it stands in a path.</summary>
    public static string InPath(string id) => id is "." or ".." || id[0] == '~'
        ? "~" + Convert.ToBase64String(Encoding.UTF8.GetBytes(id)).TrimEnd('=').Replace('+', '-').Replace('/', '_')
        : Uri.EscapeDataString(id);
}
