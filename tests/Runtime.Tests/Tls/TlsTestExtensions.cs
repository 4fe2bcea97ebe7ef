using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Orchestration.Tests.Support;
using Orleans.Connections.Security;

namespace Orchestration.Runtime.Tests.Tls;

/// <summary>TLS as a deployment with an authority of its own sets it up.</summary>
internal static class TlsTestExtensions
{
    /// <summary>Trusts the authority alone, and expects certificates for the address that is connected to.</summary>
    public static void Trust(this TlsOptions options, TestAuthority authority)
    {
        options.OnAuthenticateAsServer = (_, server) =>
            ((SslServerAuthenticationOptions)server.SslServerAuthenticationOptions).CertificateChainPolicy = Policy(authority);
        options.OnAuthenticateAsClient = (context, client) =>
        {
            client.TargetHost = ((IPEndPoint)context.RemoteEndPoint!).Address.ToString();
            ((SslClientAuthenticationOptions)client.SslClientAuthenticationOptions).CertificateChainPolicy = Policy(authority);
        };
    }

    private static X509ChainPolicy Policy(TestAuthority authority) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { authority.Certificate },
        RevocationMode = X509RevocationMode.NoCheck,
    };
}
