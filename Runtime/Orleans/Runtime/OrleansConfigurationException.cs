namespace Orleans.Runtime;

/// <summary>The configuration cannot work; thrown when the host starts.</summary>
[GenerateSerializer]
public sealed class OrleansConfigurationException : Exception
{
    /// <summary>With a message.</summary>
    public OrleansConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public OrleansConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
