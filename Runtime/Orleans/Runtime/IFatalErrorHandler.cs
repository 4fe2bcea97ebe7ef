namespace Orleans.Runtime;

/// <summary>
/// Ends a silo that must not go on: one that the others have declared dead. Replace it to do so in another way.
/// </summary>
public interface IFatalErrorHandler
{
    /// <summary>Whether an error is none that happens in good order.</summary>
    bool IsUnexpected(Exception exception);

    /// <summary>Ends the silo; called at most once. It serves no calls and runs no grain's turn any more.</summary>
    /// <param name="sender">What found out.</param>
    /// <param name="context">Why, for people.</param>
    /// <param name="exception">The error, if there is one.</param>
    void OnFatalException(object? sender = null, string? context = null, Exception? exception = null);
}
