using Orchestration.Client;

namespace Orchestration.Benchmarks.Load.Hosting;

/// <summary>TLS between the two processes, where <c>BENCH_TLS</c> names a folder with tls.crt, tls.key and ca.crt.</summary>
internal static class LoadTls
{
    /// <summary>The files; null where connections are plain.</summary>
    public static TlsFiles? Files { get; } = Environment.GetEnvironmentVariable("BENCH_TLS") is { Length: > 0 } folder
        ? new TlsFiles
        {
            CertificatePath = Path.Combine(folder, "tls.crt"),
            KeyPath = Path.Combine(folder, "tls.key"),
            AuthorityPath = Path.Combine(folder, "ca.crt"),
        }
        : null;
}
