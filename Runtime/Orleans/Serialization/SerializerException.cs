namespace Orleans.Serialization;

/// <summary>A value cannot be serialised, or bytes cannot be read. Sending or reading the same again fails again.</summary>
[GenerateSerializer]
public class SerializerException : Exception
{
    /// <summary>An error without details.</summary>
    public SerializerException()
    {
    }

    /// <summary>An error with a message for people.</summary>
    public SerializerException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message for people and its cause.</summary>
    public SerializerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
