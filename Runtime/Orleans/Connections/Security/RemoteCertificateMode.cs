namespace Orleans.Connections.Security;

/// <summary>What is asked of the other side of a TLS connection.</summary>
public enum RemoteCertificateMode
{
    /// <summary>No certificate is asked for.</summary>
    NoCertificate,

    /// <summary>A certificate is asked for, and the connection is made without one too; one that comes must be valid.</summary>
    AllowCertificate,

    /// <summary>Without a valid certificate there is no connection.</summary>
    RequireCertificate,
}
