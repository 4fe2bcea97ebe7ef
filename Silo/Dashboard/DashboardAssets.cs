using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Orchestration.Silo.Dashboard;

/// <summary>The dashboard's files, out of the silo's assembly: they are there with nothing installed and no network.</summary>
internal static class DashboardAssets
{
    /// <summary>The page that the others are loaded by.</summary>
    public const string Page = "index.html";

    private const string Prefix = "dashboard/";
    private const string Modules = "<!-- modules -->";

    private static readonly Dictionary<string, string> MediaTypes = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    static DashboardAssets()
    {
        var files = Read(typeof(DashboardAssets).Assembly);
        Version = VersionOf(files);
        files[Page] = Encoding.UTF8.GetBytes(Address(Encoding.UTF8.GetString(files[Page]), files.Keys));
        All = files.ToDictionary(static f => f.Key, static f => new DashboardAsset(
            f.Value, MediaTypes[Path.GetExtension(f.Key)],
            $"\"{Convert.ToHexStringLower(SHA256.HashData(f.Value).AsSpan(0, 12))}\""));
    }

    /// <summary>Names all the files together: another one after each change, so that browsers may keep them for good.</summary>
    public static string Version { get; }

    /// <summary>The files by their names.</summary>
    public static IReadOnlyDictionary<string, DashboardAsset> All { get; }

    private static SortedDictionary<string, byte[]> Read(Assembly assembly)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            files.Add(resource[Prefix.Length..], bytes);
        }

        return files;
    }

    private static string VersionOf(SortedDictionary<string, byte[]> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, bytes) in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {bytes.Length}\n"));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    // The page names its files under their version, and all modules, so that none waits for the one that imports it.
    private static string Address(string page, IEnumerable<string> names) => names
        .Where(static n => n != Page)
        .Aggregate(page, static (text, n) => text.Replace($"=\"{n}\"", $"=\"{Version}/{n}\"", StringComparison.Ordinal))
        .Replace(
            Modules,
            string.Join("\n  ", names.Where(static n => n.EndsWith(".js", StringComparison.Ordinal))
                .Select(static n => $"<link rel=\"modulepreload\" href=\"{Version}/{n}\">")),
            StringComparison.Ordinal);
}

/// <summary>One file.</summary>
/// <param name="Bytes">What is in it.</param>
/// <param name="MediaType">What it is.</param>
/// <param name="Tag">Its entity tag, made of what is in it.</param>
internal sealed record DashboardAsset(byte[] Bytes, string MediaType, string Tag);
