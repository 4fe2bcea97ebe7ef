using Orchestration.Runtime.Transport;
using Orleans.Runtime;

namespace Orchestration.Runtime.Gateway;

/// <summary>How a silo's gateway introduces itself.</summary>
/// <param name="ClusterId">The cluster it belongs to.</param>
/// <param name="ServiceId">The service it belongs to.</param>
/// <param name="SiloName">The silo's name.</param>
/// <param name="Silo">The silo's address among the silos.</param>
/// <param name="Manifest">The cluster's grain classes, asked for with each client.</param>
internal sealed record GatewayIdentity(
    string ClusterId, string ServiceId, string SiloName, SiloAddress Silo, Func<ManifestLine[]> Manifest);
