namespace Orleans.Runtime;

/// <summary>A limit was reached, such as the number of calls that wait for one activation; the call had no effect.</summary>
[GenerateSerializer]
public sealed class LimitExceededException : OrleansException
{
    /// <summary>Without details.</summary>
    public LimitExceededException()
        : base("A limit was exceeded.")
    {
    }

    /// <summary>With a message.</summary>
    public LimitExceededException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public LimitExceededException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
