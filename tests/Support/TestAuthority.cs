using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orchestration.Tests.Support;

/// <summary>An authority of a test's own that issues certificates as the test wants them.</summary>
public sealed class TestAuthority : IDisposable
{
    private const string Servers = "1.3.6.1.5.5.7.3.1", Clients = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Makes one.</summary>
    public TestAuthority(string name = "a test's authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-10), DateTimeOffset.UtcNow.AddYears(10));
    }

    /// <summary>Its own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Issues a certificate with its key: for loopback unless a host is named, valid now unless told.</summary>
    public X509Certificate2 Issue(
        string name = "a silo", string? host = null, TimeSpan? from = null, TimeSpan? to = null, bool servers = true,
        bool clients = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (host is null) names.AddIpAddress(IPAddress.Loopback);
        else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var uses = new OidCollection();
        if (servers) uses.Add(new Oid(Servers));
        if (clients) uses.Add(new Oid(Clients));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, critical: false));
        var now = DateTimeOffset.UtcNow;
        using var bare = request.Create(
            Certificate, now + (from ?? TimeSpan.FromHours(-1)), now + (to ?? TimeSpan.FromHours(1)),
            RandomNumberGenerator.GetBytes(12));
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>Writes a certificate and its key as PEM, each file at once; the paths.</summary>
    public static (string Certificate, string Key) Write(DirectoryInfo directory, string name, X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(certificate);
        using var key = certificate.GetECDsaPrivateKey()!;
        return (Put(directory, name + ".crt", certificate.ExportCertificatePem()),
            Put(directory, name + ".key", key.ExportPkcs8PrivateKeyPem()));
    }

    /// <summary>Writes the authority's certificate; the path.</summary>
    public string Write(DirectoryInfo directory, string name = "authority") =>
        Put(directory, name + ".crt", Certificate.ExportCertificatePem());

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    // As renewals are done: a file is there in full or not at all.
    private static string Put(DirectoryInfo directory, string name, string text)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var path = Path.Combine(directory.FullName, name);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }
}
