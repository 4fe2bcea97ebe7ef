namespace Orchestration.Runtime.Transport.Tls;

/// <summary>The two ends of a connection cannot be secured with each other; trying again is of no use.</summary>
internal sealed class TlsRefusedException(string message, Exception? inner = null) : Exception(message, inner);
