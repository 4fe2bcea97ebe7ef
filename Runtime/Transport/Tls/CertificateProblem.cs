using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Orchestration.Runtime.Transport.Tls;

/// <summary>Says in words what is wrong with a certificate, for whoever has to mend it.</summary>
internal static class CertificateProblem
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string SubjectAlternativeName = "2.5.29.17";

    public static bool IsForServers(X509Certificate2 certificate) => IsFor(certificate, ServerAuthentication);

    public static bool IsForClients(X509Certificate2 certificate) => IsFor(certificate, ClientAuthentication);

    /// <summary>What the platform found, with what it was measured against.</summary>
    public static string Of(
        X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string? host, DateTimeOffset now)
    {
        if (certificate is null) return "it shows no certificate";
        var found = new List<string>();
        foreach (var status in chain?.ChainStatus ?? []) found.Add(Of(certificate, chain!, status, now));
        if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0) found.Add(
            $"it is for {NamesOf(certificate)}, not for '{host}'");
        if (found.Count == 0)
            found.Add(errors == SslPolicyErrors.None ? "it was declined by this side's own check" : $"{errors}");
        return $"{string.Join("; ", found.Distinct())} ({Describe(certificate)})";
    }

    /// <summary>Subject, issuer and validity, in one line.</summary>
    public static string Describe(X509Certificate2 certificate) =>
        $"{certificate.Subject}, of {certificate.Issuer}, "
        + $"valid from {Time(certificate.NotBefore)} to {Time(certificate.NotAfter)}";

    private static string Of(X509Certificate2 certificate, X509Chain chain, X509ChainStatus status, DateTimeOffset now)
    {
        switch (status.Status)
        {
            case X509ChainStatusFlags.NotTimeValid:
                var bad = chain.ChainElements.Select(static element => element.Certificate)
                    .FirstOrDefault(c => now < c.NotBefore || now > c.NotAfter) ?? certificate;
                var whose = ReferenceEquals(bad, certificate) || bad.Thumbprint == certificate.Thumbprint
                    ? "it" : $"its authority {bad.Subject}";
                return now > bad.NotAfter
                    ? $"{whose} has expired on {Time(bad.NotAfter)}; renew it"
                    : $"{whose} is not valid before {Time(bad.NotBefore)}, and this machine's clock says {Time(now.UtcDateTime)}";
            case X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain:
                return "no authority that is trusted here has issued it";
            case X509ChainStatusFlags.NotValidForUsage:
                return "it is not made for this side of a connection (extended key usage)";
            default:
                return status.StatusInformation.Trim().TrimEnd('.');
        }
    }

    private static bool IsFor(X509Certificate2 certificate, string purpose)
    {
        var limited = false;
        foreach (var usage in certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>())
        {
            limited = true;
            foreach (var oid in usage.EnhancedKeyUsages)
            {
                if (oid.Value == purpose) return true;
            }
        }

        return !limited;
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.Where(static extension => extension.Oid?.Value == SubjectAlternativeName)
            .Select(static extension => new X509SubjectAlternativeNameExtension(extension.RawData))
            .SelectMany(static names => names.EnumerateDnsNames()
                .Concat(names.EnumerateIPAddresses().Select(static address => address.ToString())))
            .ToArray();
        return names.Length > 0 ? string.Join(", ", names) : certificate.Subject;
    }

    private static string Time(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
