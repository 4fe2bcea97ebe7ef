namespace Orleans.Runtime.Messaging;

/// <summary>A gateway could not be reached. Nothing was sent; trying again later may do.</summary>
[GenerateSerializer]
public class ConnectionFailedException : OrleansException
{
    /// <summary>An error without details.</summary>
    public ConnectionFailedException()
        : base("The connection failed.")
    {
    }

    /// <summary>An error with a message for people.</summary>
    public ConnectionFailedException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message for people and its cause.</summary>
    public ConnectionFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
