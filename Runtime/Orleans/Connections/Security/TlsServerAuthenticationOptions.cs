using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Orchestration.Runtime.Transport.Tls;

namespace Orleans.Connections.Security;

/// <summary>How one accepted connection is secured; given to <see cref="TlsOptions.OnAuthenticateAsServer"/>.</summary>
public class TlsServerAuthenticationOptions
{
    /// <summary>The certificate shown, where <see cref="ServerCertificateSelectionCallback"/> is not set.</summary>
    public X509Certificate? ServerCertificate
    {
        get => Value.ServerCertificate;
        set => Value.ServerCertificate = value;
    }

    /// <summary>Chooses the certificate.</summary>
    public ServerCertificateSelectionCallback? ServerCertificateSelectionCallback
    {
        get => Value.ServerCertificateSelectionCallback is { } callback ? new(callback) : null;
        set => Value.ServerCertificateSelectionCallback = value is null ? null : new(value);
    }

    /// <summary>Whether the connecting side is asked for a certificate.</summary>
    public bool ClientCertificateRequired
    {
        get => Value.ClientCertificateRequired;
        set => Value.ClientCertificateRequired = value;
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

    /// <summary>The platform's own options: a <see cref="System.Net.Security.SslServerAuthenticationOptions"/>.</summary>
    public object SslServerAuthenticationOptions => Value;

    internal SslServerAuthenticationOptions Value { get; } = new() { ApplicationProtocols = [TlsLayer.ApplicationProtocol] };
}
