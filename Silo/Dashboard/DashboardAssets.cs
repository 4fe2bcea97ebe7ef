using System.Reflection;
using System.Security.Cryptography;

namespace Orchestration.Silo.Dashboard;

/// <summary>The dashboard's files, out of the silo's assembly: they are there with nothing installed and no network.</summary>
internal static class DashboardAssets
{
    private const string Prefix = "dashboard/";

    private static readonly Dictionary<string, string> MediaTypes = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    /// <summary>The page that the others are loaded by.</summary>
    public const string Page = "index.html";

    /// <summary>The files by their names, which are their addresses below <c>/dashboard/</c>.</summary>
    public static IReadOnlyDictionary<string, DashboardAsset> All { get; } = Read(typeof(DashboardAssets).Assembly);

    private static Dictionary<string, DashboardAsset> Read(Assembly assembly)
    {
        var assets = new Dictionary<string, DashboardAsset>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            assets.Add(resource[Prefix.Length..], new DashboardAsset(
                bytes, MediaTypes[Path.GetExtension(resource)],
                $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\""));
        }

        return assets;
    }
}

/// <summary>One file.</summary>
/// <param name="Bytes">What is in it.</param>
/// <param name="MediaType">What it is.</param>
/// <param name="Tag">Its entity tag, made of what is in it.</param>
internal sealed record DashboardAsset(byte[] Bytes, string MediaType, string Tag);
