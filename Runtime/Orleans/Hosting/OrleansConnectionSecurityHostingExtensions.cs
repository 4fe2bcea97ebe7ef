using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Transport.Tls;
using Orleans.Connections.Security;

namespace Orleans.Hosting;

/// <summary>Secures connections by TLS.</summary>
public static class OrleansConnectionSecurityHostingExtensions
{
    /// <summary>Secures the silo's connections, with other silos and with clients.</summary>
    /// <exception cref="InvalidOperationException">No certificate is given.</exception>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    public static ISiloBuilder UseTls(this ISiloBuilder builder, Action<TlsOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configureOptions);
        var options = new TlsOptions();
        configureOptions(options);
        if (options.LocalCertificate is null && options.LocalServerCertificateSelector is null)
            throw new InvalidOperationException("No certificate specified");
        CheckKey(options.LocalCertificate, nameof(configureOptions));
        builder.Services.AddSingleton(new TlsLayer(options));
        return builder;
    }

    /// <inheritdoc cref="UseTls(ISiloBuilder, Action{TlsOptions})"/>
    public static ISiloBuilder UseTls(
        this ISiloBuilder builder, X509Certificate2 certificate, Action<TlsOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(configureOptions);
        CheckKey(certificate, nameof(certificate));
        return builder.UseTls(options =>
        {
            options.LocalCertificate = certificate;
            configureOptions(options);
        });
    }

    /// <inheritdoc cref="UseTls(ISiloBuilder, Action{TlsOptions})"/>
    public static ISiloBuilder UseTls(this ISiloBuilder builder, X509Certificate2 certificate) =>
        builder.UseTls(certificate, static _ => { });

    /// <summary>Secures the client's connections with silos.</summary>
    /// <exception cref="InvalidOperationException">A certificate is to be shown and none is given.</exception>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    public static IClientBuilder UseTls(this IClientBuilder builder, Action<TlsOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configureOptions);
        var options = new TlsOptions();
        configureOptions(options);
        if (options.LocalCertificate is null && options.ClientCertificateMode == RemoteCertificateMode.RequireCertificate)
            throw new InvalidOperationException("No certificate specified");
        CheckKey(options.LocalCertificate, nameof(configureOptions));
        builder.Services.AddSingleton(new TlsLayer(options));
        return builder;
    }

    /// <inheritdoc cref="UseTls(IClientBuilder, Action{TlsOptions})"/>
    public static IClientBuilder UseTls(
        this IClientBuilder builder, X509Certificate2 certificate, Action<TlsOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(configureOptions);
        CheckKey(certificate, nameof(certificate));
        return builder.UseTls(options =>
        {
            options.LocalCertificate = certificate;
            configureOptions(options);
        });
    }

    /// <inheritdoc cref="UseTls(IClientBuilder, Action{TlsOptions})"/>
    public static IClientBuilder UseTls(this IClientBuilder builder, X509Certificate2 certificate) =>
        builder.UseTls(certificate, static _ => { });

    private static void CheckKey(X509Certificate2? certificate, string parameter)
    {
        if (certificate is { HasPrivateKey: false })
            throw new ArgumentException($"Certificate {certificate.Subject} does not contain a private key", parameter);
    }
}
