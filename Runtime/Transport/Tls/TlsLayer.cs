using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Orleans.Connections.Security;

namespace Orchestration.Runtime.Transport.Tls;

/// <summary>
/// Secures connections, before anyone introduces itself on them. A peer whose certificate is not accepted is told why, over the
/// connection that it asked for, and nothing that it sends is looked at. Thread-safe.
/// </summary>
internal sealed class TlsLayer
{
    /// <summary>Keeps out those who believe to speak with something else.</summary>
    public static readonly SslApplicationProtocol ApplicationProtocol = new("orchestration");

    private readonly TlsOptions _options;
    private readonly X509Certificate2? _shown;

    /// <exception cref="InvalidOperationException">The certificate is not made for what it is to do.</exception>
    public TlsLayer(TlsOptions options)
    {
        _options = options;
        if (options is { LocalCertificate: { } own, LocalServerCertificateSelector: null }
            && !CertificateProblem.IsForServers(own) && !CertificateProblem.IsForClients(own))
            throw new InvalidOperationException($"Certificate {own.Subject} is neither for servers nor for clients.");
        _shown = options.ClientCertificateMode switch
        {
            RemoteCertificateMode.NoCertificate => null,
            RemoteCertificateMode.AllowCertificate =>
                options.LocalCertificate is { } fit && CertificateProblem.IsForClients(fit) ? fit : null,
            _ => options.LocalCertificate is { } required && CertificateProblem.IsForClients(required)
                ? required : throw new InvalidOperationException("The certificate is not for clients."),
        };
    }

    /// <summary>Secures a connection that a peer has made, or says why not.</summary>
    /// <exception cref="InvalidDataException">The peer speaks something else.</exception>
    /// <exception cref="IOException">The peer broke it off.</exception>
    public async Task<SecuredConnection> AcceptAsync(ConnectionContext context, TimeProvider time, CancellationToken cancel)
    {
        var first = await PeekAsync(context, cancel).ConfigureAwait(false);
        if (first == Handshake.PlainText) return new SecuredConnection(
            context, "ORCH0206: this silo speaks TLS; set up TLS with a certificate of the cluster's authority");
        if (first != Handshake.TlsRecord) throw new InvalidDataException("the peer speaks neither TLS nor this protocol");

        // Nobody is let in for whom the check did not say so.
        string? refusal = "ORCH0205: the certificate was not looked at";
#pragma warning disable CA5359 // The verdict is kept: the caller refuses the peer in words, where TLS could only hang up.
        var stream = new SslStream(
            new PipeStream(context.Transport), leaveInnerStreamOpen: false, (_, certificate, chain, errors) =>
            {
                refusal = Check(certificate, chain, errors, null, time) is { } problem
                    ? $"ORCH0205: the certificate of the connecting side is not accepted: {problem}" : null;
                return true;
            });
#pragma warning restore CA5359
        var options = new TlsServerAuthenticationOptions
        {
            ClientCertificateRequired = _options.RemoteCertificateMode != RemoteCertificateMode.NoCertificate,
            EnabledSslProtocols = _options.SslProtocols,
            CertificateRevocationCheckMode = Revocation,
            ServerCertificateSelectionCallback = (_, name) => CertificateFor(context, name),
        };
        try
        {
            _options.OnAuthenticateAsServer?.Invoke(context, options);
            using var limit = new Limit(_options.HandshakeTimeout, time, cancel);
            await stream.AuthenticateAsServerAsync(options.Value, limit.Token).ConfigureAwait(false);
            if (!options.ClientCertificateRequired) refusal = null;
            return new SecuredConnection(new TlsConnection(context, stream), refusal);
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (e is not (AuthenticationException or IOException)) throw;
            throw new InvalidDataException(
                $"ORCH0205: TLS could not be agreed on ({Reason(e)}); if the peer does not accept this silo's certificate, "
                + $"its log says why{Own(stream)}", e);
        }
    }

    /// <summary>Secures a connection that this side has made.</summary>
    /// <exception cref="TlsRefusedException">The peer's certificate is not accepted, or it does not speak TLS.</exception>
    /// <exception cref="IOException">The peer broke it off.</exception>
    public async Task<ConnectionContext> ConnectAsync(
        ConnectionContext context, string peer, TimeProvider time, CancellationToken cancel)
    {
        string? problem = null;
        var options = new TlsClientAuthenticationOptions { EnabledSslProtocols = _options.SslProtocols };
        var inner = new PipeStream(context.Transport);
        var stream = new SslStream(inner, leaveInnerStreamOpen: false, (_, certificate, chain, errors) =>
        {
            problem = Check(certificate, chain, errors, options.TargetHost, time);
            return problem is null;
        });
        options.CertificateRevocationCheckMode = Revocation;
        if (_options.LocalClientCertificateSelector is { } select)
            options.LocalCertificateSelectionCallback = (s, host, own, remote, issuers) => select(s, host, own, remote, issuers);
        else if (_shown is not null) options.ClientCertificates = [_shown];
        try
        {
            _options.OnAuthenticateAsClient?.Invoke(context, options);
            using var limit = new Limit(_options.HandshakeTimeout, time, cancel);
            await stream.AuthenticateAsClientAsync(options.Value, limit.Token).ConfigureAwait(false);
            return new TlsConnection(context, stream);
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (problem is not null) throw new TlsRefusedException(
                $"ORCH0205: the certificate of {peer} is not accepted: {problem}.", e);
            if (inner.First == Handshake.PlainText) throw new TlsRefusedException(
                $"ORCH0206: {peer} does not speak TLS, and this side does. Set it up on both, or on neither.", e);
            if (e is not AuthenticationException) throw;
            throw new TlsRefusedException(
                inner.First == Handshake.TlsRecord
                    ? $"ORCH0205: TLS could not be agreed on with {peer}: {Reason(e)}."
                    : $"ORCH0206: what listens at {peer} does not speak TLS.", e);
        }
    }

    private X509RevocationMode Revocation =>
        _options.CheckCertificateRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck;

    private X509Certificate2 CertificateFor(ConnectionContext context, string? name)
    {
        var chosen = _options.LocalServerCertificateSelector is { } select ? select(context, name) : _options.LocalCertificate;
        return chosen is not null && CertificateProblem.IsForServers(chosen)
            ? chosen
            : throw new AuthenticationException($"Certificate {chosen?.Subject} is not for servers.");
    }

    /// <summary>What is wrong with the peer's certificate; null where nothing is.</summary>
    private string? Check(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors, string? host, TimeProvider time)
    {
        if (_options.RemoteCertificateMode == RemoteCertificateMode.NoCertificate) return null;
        var certificate = shown as X509Certificate2;
        if (certificate is null && _options.RemoteCertificateMode == RemoteCertificateMode.AllowCertificate) return null;
        var accepted = certificate is not null && (_options.RemoteCertificateValidation is { } validate
            ? validate(certificate, chain, errors) : errors == SslPolicyErrors.None);
        return accepted ? null : CertificateProblem.Of(certificate, chain, errors, host, time.GetUtcNow());
    }

    private static string Own(SslStream stream) => stream.LocalCertificate is X509Certificate2 own
        ? $" ({CertificateProblem.Describe(own)})" : "";

    private static string Reason(Exception e) => e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message;

    // Looks without taking: what follows reads it again.
    private static async ValueTask<byte> PeekAsync(ConnectionContext context, CancellationToken cancel)
    {
        var input = context.Transport.Input;
        var result = await input.ReadAsync(cancel).ConfigureAwait(false);
        if (result.Buffer.IsEmpty) throw new ConnectionResetException("The peer closed the connection.");
        var first = result.Buffer.FirstSpan[0];
        input.AdvanceTo(result.Buffer.Start);
        return first;
    }

    /// <summary>Cancelled with the caller's token, or once the time is over.</summary>
    private sealed class Limit : IDisposable
    {
        private readonly CancellationTokenSource? _time;
        private readonly CancellationTokenSource? _either;

        public Limit(TimeSpan limit, TimeProvider time, CancellationToken cancel)
        {
            Token = cancel;
            if (limit == TimeSpan.MaxValue) return;
            _time = new CancellationTokenSource(limit, time);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_time.Token, cancel);
            Token = _either.Token;
        }

        public CancellationToken Token { get; }

        public void Dispose()
        {
            _either?.Dispose();
            _time?.Dispose();
        }
    }
}
