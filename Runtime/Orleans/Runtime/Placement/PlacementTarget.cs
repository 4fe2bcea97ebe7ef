namespace Orleans.Runtime.Placement;

/// <summary>A grain that is to be placed, and the call that asks for it.</summary>
public readonly struct PlacementTarget
{
    /// <summary>A grain to be placed.</summary>
    public PlacementTarget(
        GrainId grainIdentity, Dictionary<string, object> requestContextData, GrainInterfaceType interfaceType,
            ushort interfaceVersion)
    {
        GrainIdentity = grainIdentity;
        RequestContextData = requestContextData;
        InterfaceType = interfaceType;
        InterfaceVersion = interfaceVersion;
    }

    /// <summary>The grain.</summary>
    public GrainId GrainIdentity { get; }

    /// <summary>The interface that is called.</summary>
    public GrainInterfaceType InterfaceType { get; }

    /// <summary>The interface's version.</summary>
    public ushort InterfaceVersion { get; }

    /// <summary>The caller's request context.</summary>
    public Dictionary<string, object> RequestContextData { get; }
}
