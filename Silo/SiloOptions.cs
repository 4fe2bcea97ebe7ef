using System.Net;
using Orchestration.Silo.Api;

namespace Orchestration.Silo;

/// <summary>What the command line asks for.</summary>
/// <param name="Data">The data directory.</param>
/// <param name="Port">The gateway's port; 0 is any free one.</param>
/// <param name="Assemblies">Users' assemblies; none means the sample's workflows.</param>
/// <param name="AcceptRestore">Consents to a store that was put back from a backup.</param>
/// <param name="Verbose">Logs information too, not only warnings.</param>
internal sealed record SiloOptions(DirectoryInfo Data, int Port, IReadOnlyList<FileInfo> Assemblies, bool AcceptRestore,
    bool Verbose)
{
    /// <summary>The cluster that the silo joins; null for a silo by itself.</summary>
    public string? Cluster { get; init; }

    /// <summary>The address of a PostgreSQL store; null for the embedded one in the data directory.</summary>
    public string? Store { get; init; }

    /// <summary>The address under which other silos and clients reach it, and at which it listens.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port for other silos; 0 is any free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>The environment variable with the password of the certificate's key, if it has one.</summary>
    public const string TlsPasswordVariable = "ORCHESTRATION_TLS_PASSWORD";

    /// <summary>The silo's certificate; null where connections are not secured.</summary>
    public FileInfo? TlsCertificate { get; init; }

    /// <summary>Its key, where that is not in the same file.</summary>
    public FileInfo? TlsKey { get; init; }

    /// <summary>The authorities that may have issued others' certificates; null are those that the machine trusts.</summary>
    public FileInfo? TlsAuthority { get; init; }

    /// <summary>The name that all silos' certificates are for; null where each is for its silo's address.</summary>
    public string? TlsName { get; init; }

#if ORLEANS
    /// <summary>The environment variable with the connection string of Orleans' providers.</summary>
    public const string ProvidersConnectionVariable = "ORCHESTRATION_PROVIDERS";

    /// <summary>Where Orleans keeps membership and reminders.</summary>
    public string Providers { get; init; } = Hosting.OrleansProviders.Store;

    /// <summary>The connection string of those, where they are not the store's.</summary>
    public string? ProvidersConnection { get; init; }
#endif

    /// <summary>How long the silo tries to join its cluster.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where the HTTP API listens, and who may use it.</summary>
    public ApiSettings Http { get; init; } = ApiSettings.Default;

    /// <summary>Where the secret stands that all silos of the cluster know.</summary>
    public FileInfo? SecretFile { get; init; }
}
