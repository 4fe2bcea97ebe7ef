namespace Orleans.Configuration;

/// <summary>What the cluster and the application are called. A client that names another cluster is refused.</summary>
public class ClusterOptions
{
    /// <summary>The cluster id unless set.</summary>
    public const string DefaultClusterId = "default";

    /// <summary>The service id unless set.</summary>
    public const string DefaultServiceId = "default";

    /// <summary>The cluster's id.</summary>
    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>The application's id, which outlives clusters.</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}
