using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Orchestration.Runtime.Transport.Tls;

namespace Orleans.Connections.Security;

/// <summary>How one connection that is being made is secured; given to <see cref="TlsOptions.OnAuthenticateAsClient"/>.</summary>
public class TlsClientAuthenticationOptions
{
    /// <summary>Chooses the certificate shown, before <see cref="ClientCertificates"/>.</summary>
    public ClientCertificateSelectionCallback? LocalCertificateSelectionCallback
    {
        get => Value.LocalCertificateSelectionCallback is { } callback ? new(callback) : null;
        set => Value.LocalCertificateSelectionCallback = value is null ? null : new(value);
    }

    /// <summary>The certificates of which one is shown.</summary>
    public X509CertificateCollection? ClientCertificates
    {
        get => Value.ClientCertificates;
        set => Value.ClientCertificates = value;
    }

    /// <summary>The versions of TLS that are spoken.</summary>
    public SslProtocols EnabledSslProtocols
    {
        get => Value.EnabledSslProtocols;
        set => Value.EnabledSslProtocols = value;
    }

    /// <summary>Whether revoked certificates are looked for.</summary>
    public X509RevocationMode CertificateRevocationCheckMode
    {
        get => Value.CertificateRevocationCheckMode;
        set => Value.CertificateRevocationCheckMode = value;
    }

    /// <summary>The name that the other side's certificate must be for. Unless it is set, no certificate is for it.</summary>
    public string? TargetHost
    {
        get => Value.TargetHost;
        set => Value.TargetHost = value;
    }

    /// <summary>The platform's own options: a <see cref="System.Net.Security.SslClientAuthenticationOptions"/>.</summary>
    public object SslClientAuthenticationOptions => Value;

    internal SslClientAuthenticationOptions Value { get; } = new() { ApplicationProtocols = [TlsLayer.ApplicationProtocol] };
}
