using Orleans.Hosting;

namespace Orchestration.Client;

/// <summary>Secures a client's connections by certificates in files.</summary>
public static class TlsFilesExtensions
{
    /// <summary>Speaks TLS with silos, and shows them the certificate in these files.</summary>
    /// <exception cref="Workflows.EngineFault">What the files hold cannot be used (ORCH0205).</exception>
    public static IClientBuilder UseTls(this IClientBuilder builder, TlsFiles files)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(files);
        return builder.UseTls(files.Open(builder.Services));
    }
}
