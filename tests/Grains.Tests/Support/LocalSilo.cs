using Orleans.Runtime;

namespace Orchestration.Grains.Tests.Support;

/// <summary>The silo that a part under test takes for its own.</summary>
internal sealed class LocalSilo(SiloAddress address) : ILocalSiloDetails
{
    public string Name => "local";

    public string ClusterId => "dev";

    public string DnsHostName => "localhost";

    public SiloAddress SiloAddress => address;

    public SiloAddress GatewayAddress => address;
}
