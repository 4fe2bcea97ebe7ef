namespace Orleans.Serialization;

/// <summary>
/// Stands in for an exception whose type the receiver does not have or may not make: message, stack and cause are those of the
/// original.
/// </summary>
public sealed class UnavailableExceptionFallbackException : Exception
{
    /// <summary>A stand-in without details.</summary>
    public UnavailableExceptionFallbackException()
    {
    }

    /// <summary>A stand-in with the original's message and cause.</summary>
    public UnavailableExceptionFallbackException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The name of the original's type.</summary>
    public string? ExceptionType { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() =>
        string.IsNullOrEmpty(ExceptionType) ? base.ToString() : $"Unknown exception of type {ExceptionType}: {base.ToString()}";
}
