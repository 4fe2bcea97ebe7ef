using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace Orleans.Connections.Security;

/// <summary>How connections between silos, and of clients with silos, are secured.</summary>
public class TlsOptions
{
    private TimeSpan _handshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The certificate that this side shows, with its key. Where it names purposes, they must include that of a server on a silo,
    /// and that of a client where it is shown to silos. Ignored where a selector is set.
    /// </summary>
    public X509Certificate2? LocalCertificate { get; set; }

    /// <summary>
    /// Chooses the certificate of the accepting side for each connection; the name is null where none is asked for.
    /// </summary>
    public Func<ConnectionContext, string?, X509Certificate2>? LocalServerCertificateSelector { get; set; }

    /// <summary>Chooses the certificate of the connecting side for each connection; null shows none.</summary>
    public Func<object, string, X509CertificateCollection, X509Certificate?, string[], X509Certificate2?>?
        LocalClientCertificateSelector
    { get; set; }

    /// <summary>What the other side has to show, be it connecting or accepting; a certificate, unless set.</summary>
    public RemoteCertificateMode RemoteCertificateMode { get; set; } = RemoteCertificateMode.RequireCertificate;

    /// <summary>Whether this side shows its certificate when it connects; it does where there is a fit one, unless set.</summary>
    public RemoteCertificateMode ClientCertificateMode { get; set; } = RemoteCertificateMode.AllowCertificate;

    /// <summary>
    /// Decides about the other side's certificate, in place of the platform: what that finds wrong is passed to it.
    /// </summary>
    public RemoteCertificateValidator? RemoteCertificateValidation { get; set; }

    /// <summary>The versions of TLS that are spoken: 1.2 and 1.3.</summary>
    public SslProtocols SslProtocols { get; set; } = SslProtocols.Tls13 | SslProtocols.Tls12;

    /// <summary>Whether revoked certificates are looked for, at their issuers.</summary>
    public bool CheckCertificateRevocation { get; set; }

    /// <summary>Changes how one accepted connection is secured, after all else has been set.</summary>
    public Action<ConnectionContext, TlsServerAuthenticationOptions>? OnAuthenticateAsServer { get; set; }

    /// <summary>
    /// Changes how one connection that is being made is secured, after all else has been set. The name that the other side's
    /// certificate must be for is set here.
    /// </summary>
    public Action<ConnectionContext, TlsClientAuthenticationOptions>? OnAuthenticateAsClient { get; set; }

    /// <summary>How long securing a connection may take; positive. Introductions as a whole have 5 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public TimeSpan HandshakeTimeout
    {
        get => _handshakeTimeout;
        set
        {
            if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
                throw new ArgumentOutOfRangeException(nameof(value), $"{nameof(HandshakeTimeout)} must be positive.");
            _handshakeTimeout = value == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : value;
        }
    }

    /// <summary>Accepts any certificate: for tests only, since whoever is on the way can then read all.</summary>
    public void AllowAnyRemoteCertificate() => RemoteCertificateValidation = static (_, _, _) => true;
}
