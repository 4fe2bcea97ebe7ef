namespace Orleans.Runtime;

/// <summary>What this silo is called and where it listens.</summary>
public interface ILocalSiloDetails
{
    /// <summary>The silo's name.</summary>
    string Name { get; }

    /// <summary>The cluster's id.</summary>
    string ClusterId { get; }

    /// <summary>The machine's host name.</summary>
    string DnsHostName { get; }

    /// <summary>The silo's address among silos.</summary>
    SiloAddress SiloAddress { get; }

    /// <summary>Where clients connect; the bound port once the gateway listens.</summary>
    SiloAddress GatewayAddress { get; }
}
