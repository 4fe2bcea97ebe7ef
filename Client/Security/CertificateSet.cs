using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Orchestration.Client;

/// <summary>What the files held when they were last read. Immutable.</summary>
/// <param name="Certificate">This side's certificate, with its key.</param>
/// <param name="Context">The same with what lies between it and its authority.</param>
/// <param name="Authorities">Who may have issued the other side's; null is whoever the machine trusts.</param>
internal sealed record CertificateSet(
    X509Certificate2 Certificate, SslStreamCertificateContext Context, X509Certificate2Collection? Authorities)
{
    /// <summary>How the other side's certificate is checked; null as the machine does. One for each connection.</summary>
    public X509ChainPolicy? Policy()
    {
        if (Authorities is null) return null;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(Authorities);
        return policy;
    }
}
