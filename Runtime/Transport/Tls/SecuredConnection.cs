using Microsoft.AspNetCore.Connections;

namespace Orchestration.Runtime.Transport.Tls;

/// <summary>What became of an accepted connection.</summary>
/// <param name="Context">What to speak over.</param>
/// <param name="Refusal">Why the peer is refused, which it is to be told and nothing else; null where it is not.</param>
internal readonly record struct SecuredConnection(ConnectionContext Context, string? Refusal);
