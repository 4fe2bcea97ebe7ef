namespace Orleans.Serialization;

/// <summary>A type cannot cross a grain call; the message names it and says what to do.</summary>
[GenerateSerializer]
public sealed class CodecNotFoundException : SerializerException
{
    /// <summary>An error with a message for people.</summary>
    public CodecNotFoundException(string message)
        : base(message)
    {
    }
}
