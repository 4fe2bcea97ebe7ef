using Microsoft.AspNetCore.Connections;

namespace Orchestration.Runtime.Gateway;

/// <summary>
/// What connections are made of. A type of its own, since a web host in the same process would take listener factories that it
/// finds among the services for its own.
/// </summary>
/// <param name="Listeners">Makes a silo's end.</param>
/// <param name="Connections">Makes a client's end.</param>
internal sealed record WireTransport(IConnectionListenerFactory Listeners, IConnectionFactory Connections);
