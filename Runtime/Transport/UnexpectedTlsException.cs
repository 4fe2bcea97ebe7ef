namespace Orchestration.Runtime.Transport;

/// <summary>The peer speaks TLS, and this side does not.</summary>
internal sealed class UnexpectedTlsException()
    : IOException("ORCH0206: it speaks TLS, this side does not; set it up on both, or on neither");
