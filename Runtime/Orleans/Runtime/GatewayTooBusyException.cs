namespace Orleans.Runtime;

/// <summary>The gateway takes no more calls for now; the call had no effect and may be repeated later.</summary>
[GenerateSerializer]
public sealed class GatewayTooBusyException : OrleansException
{
    /// <summary>Without details.</summary>
    public GatewayTooBusyException()
        : base("The gateway is too busy.")
    {
    }

    /// <summary>With a message.</summary>
    public GatewayTooBusyException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public GatewayTooBusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
