using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orchestration.Workflows;
using Orleans.Connections.Security;

namespace Orchestration.Client;

/// <summary>
/// Keeps what the files hold, and looks at each connection whether they have changed: that is when it matters, and it costs as
/// little as to ask for the times of three files. Thread-safe.
/// </summary>
internal sealed class CertificateFiles
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly TlsFiles _files;
    private readonly Lock _gate = new();
    private CertificateSet _current;
    private string _stamp;

    /// <exception cref="EngineFault">What the files hold cannot be used.</exception>
    public CertificateFiles(TlsFiles files)
    {
        _files = files;
        _stamp = Stamp();
        _current = Load();
        var now = DateTime.UtcNow;
        var (from, to) = (_current.Certificate.NotBefore.ToUniversalTime(), _current.Certificate.NotAfter.ToUniversalTime());
        if (now > to) throw Unfit($"the certificate in {Path} has expired on {to:u}; renew it.");
        if (now < from) throw Unfit(
            $"the certificate in {Path} is not valid before {from:u}, and this machine's clock says {now:u}; correct the clock, "
            + "or take one that is valid.");
    }

    public string Path => _files.CertificatePath;

    /// <summary>Hears of each renewal.</summary>
    public Action<X509Certificate2>? Renewed { get; set; }

    /// <summary>Hears of new files that cannot be used, once for each change.</summary>
    public Action<string>? Unusable { get; set; }

    /// <summary>What is to be used now.</summary>
    public CertificateSet Current
    {
        get
        {
            lock (_gate)
            {
                var stamp = Stamp();
                if (stamp == _stamp) return _current;
                _stamp = stamp;
                try
                {
                    _current = Load();
                    Renewed?.Invoke(_current.Certificate);
                }
                catch (EngineFault e)
                {
                    // Half of a renewal, for one: the key is there and the certificate is not yet.
                    Unusable?.Invoke(e.Message);
                }

                return _current;
            }
        }
    }

    public void Configure(TlsOptions options)
    {
        options.LocalServerCertificateSelector = (_, _) => Current.Certificate;
        options.LocalClientCertificateSelector = (_, _, _, _, _) => Current.Certificate;
        options.OnAuthenticateAsServer = (_, server) =>
        {
            var set = Current;
            var own = (SslServerAuthenticationOptions)server.SslServerAuthenticationOptions;
            own.ServerCertificateSelectionCallback = null;
            own.ServerCertificateContext = set.Context;
            own.CertificateChainPolicy = set.Policy();
        };
        options.OnAuthenticateAsClient = (context, client) =>
        {
            var set = Current;
            var own = (SslClientAuthenticationOptions)client.SslClientAuthenticationOptions;
            own.LocalCertificateSelectionCallback = null;
            own.ClientCertificateContext = set.Context;
            own.CertificateChainPolicy = set.Policy();
            own.TargetHost = _files.PeerName
                ?? (context.RemoteEndPoint is IPEndPoint at ? at.Address.ToString() : context.RemoteEndPoint?.ToString());
        };
    }

    private static EngineFault Unfit(string message, Exception? inner = null) =>
        new(FaultCodes.CertificateRefused, message, inner);

    private CertificateSet Load()
    {
        var between = new X509Certificate2Collection();
        X509Certificate2 own;
        try
        {
            own = Own(between);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            var orKey = _files.KeyPath is { } key ? $", or its key in {key}," : "";
            throw Unfit($"the certificate in {Path}{orKey} cannot be used: {e.Message}", e);
        }

        if (!own.HasPrivateKey) throw Unfit($"{Path} holds a certificate without its key; name the key's file as well.");
        CheckUse(own);
        return new CertificateSet(own, SslStreamCertificateContext.Create(own, between, offline: true), Authorities());
    }

    // What others would find wrong with it is said here, where it can be mended.
    private void CheckUse(X509Certificate2 own)
    {
        if (!IsFor(own, ClientAuthentication)) throw Unfit(
            $"the certificate in {Path} is not for clients (extended key usage): it is shown where this side connects.");
        if (_files.ServesAs is not { } name) return;
        if (!IsFor(own, ServerAuthentication)) throw Unfit(
            $"the certificate in {Path} is not for servers (extended key usage): a silo's has to be for both.");
        if (!own.MatchesHostname(name)) throw Unfit(
            $"the certificate in {Path} is not for '{name}', under which others connect: put that into its subject alternative "
            + "names, or say with --tls-name which name the certificates of all silos have.");
    }

    private static bool IsFor(X509Certificate2 certificate, string purpose)
    {
        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().ToArray();
        return usages.Length == 0 || usages.Any(usage => usage.EnhancedKeyUsages.OfType<Oid>().Any(oid => oid.Value == purpose));
    }

    private X509Certificate2 Own(X509Certificate2Collection between)
    {
        if (System.IO.Path.GetExtension(Path).ToUpperInvariant() is ".PFX" or ".P12")
            return X509CertificateLoader.LoadPkcs12FromFile(Path, _files.Password);
        var own = _files.Password is { } password
            ? X509Certificate2.CreateFromEncryptedPemFile(Path, password, _files.KeyPath)
            : X509Certificate2.CreateFromPemFile(Path, _files.KeyPath);
        between.ImportFromPemFile(Path);

        // Windows wants keys that it keeps.
        return OperatingSystem.IsWindows()
            ? X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null) : own;
    }

    private X509Certificate2Collection? Authorities()
    {
        if (_files.AuthorityPath is not { } path) return null;
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unfit($"the authority's certificate in {path} cannot be used: {e.Message}", e);
        }

        return authorities.Count > 0 ? authorities : throw Unfit($"{path} holds no certificate (PEM) of an authority.");
    }

    private string Stamp() => string.Join('|', Of(Path), Of(_files.KeyPath), Of(_files.AuthorityPath));

    private static string Of(string? path)
    {
        if (path is null) return "";
        var file = new FileInfo(path);

        // A link to a folder that is put in place as a whole, as Kubernetes does it, is followed.
        return file.Exists ? $"{(file.ResolveLinkTarget(returnFinalTarget: true) ?? file).FullName} {StampOf(file)}" : "";
    }

    private static string StampOf(FileInfo file) => FormattableString.Invariant(
        $"{File.GetLastWriteTimeUtc(file.FullName).Ticks} {file.Length}");
}
