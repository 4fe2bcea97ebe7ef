using Orchestration.Client;
using Orleans.Hosting;

namespace Orchestration.Silo.Hosting;

/// <summary>TLS as the command line asks for it, with other silos and with clients.</summary>
internal static class SiloTls
{
    /// <summary>Sets it up, where a certificate is named.</summary>
    public static void Configure(ISiloBuilder silo, SiloOptions options)
    {
        if (options.TlsCertificate is not { } certificate) return;
        var files = new TlsFiles
        {
            CertificatePath = certificate.FullName,
            KeyPath = options.TlsKey?.FullName,
            AuthorityPath = options.TlsAuthority?.FullName,
            PeerName = options.TlsName,
            ServesAs = options.TlsName ?? options.Address.ToString(),
            Password = Environment.GetEnvironmentVariable(SiloOptions.TlsPasswordVariable) is { Length: > 0 } password
                ? password : null,
        };
        silo.UseTls(files.Open(silo.Services));
    }
}
