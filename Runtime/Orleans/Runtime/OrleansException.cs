namespace Orleans.Runtime;

/// <summary>Base of the runtime's own errors.</summary>
[GenerateSerializer]
public class OrleansException : Exception
{
    /// <summary>Without details.</summary>
    public OrleansException()
        : base("The actor runtime met an unexpected error.")
    {
    }

    /// <summary>With a message.</summary>
    public OrleansException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public OrleansException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
