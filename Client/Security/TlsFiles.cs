using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Connections.Security;

namespace Orchestration.Client;

/// <summary>
/// Certificates that lie in files, for silos and for clients. A renewed file is taken up by the next connection, without a
/// restart; one that cannot be used is reported, and the last good one stays in use. Connections that exist are not touched.
/// </summary>
public sealed class TlsFiles
{
    /// <summary>
    /// This side's certificate: PEM, with the key in it or in <see cref="KeyPath"/> and perhaps with the certificates between it
    /// and the authority; or PKCS #12 (.pfx, .p12) with its key.
    /// </summary>
    public required string CertificatePath { get; init; }

    /// <summary>The key of a PEM certificate; null where it lies in the certificate's file.</summary>
    public string? KeyPath { get; init; }

    /// <summary>The password of the key, if it has one.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// The certificates (PEM) of the authorities that may have issued the other side's, and no other authority; null trusts
    /// those that the machine trusts.
    /// </summary>
    public string? AuthorityPath { get; init; }

    /// <summary>
    /// The name that the certificates of silos are for; null expects each to be for the address at which it is connected to.
    /// </summary>
    public string? PeerName { get; init; }

    /// <summary>
    /// A silo's own address, or <see cref="PeerName"/>, for which its certificate must be; null on a client, to which nobody
    /// connects.
    /// </summary>
    public string? ServesAs { get; init; }

    /// <summary>
    /// Reads the files, and has them looked after once the host runs: it then warns of a certificate that will soon expire.
    /// </summary>
    /// <returns>What <c>UseTls</c> of a silo or a client takes.</returns>
    /// <exception cref="Workflows.EngineFault">A file cannot be read, or what it holds cannot be used now
    /// (ORCH0205).</exception>
    public Action<TlsOptions> Open(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var files = new CertificateFiles(this);
        services.AddSingleton<IHostedService>(provider => new CertificateWatch(
            files, provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<CertificateWatch>>()));
        return files.Configure;
    }
}
