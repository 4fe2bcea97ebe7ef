namespace Orleans.Configuration;

/// <summary>The gateways of a client that is told them.</summary>
public class StaticGatewayListProviderOptions
{
    /// <summary>The gateways, as <c>gwy.tcp://address:port/0</c>.</summary>
    public List<Uri> Gateways { get; set; } = [];
}
