namespace Orleans;

/// <summary>Decides whether a client that could not connect at its start tries again.</summary>
public interface IClientConnectionRetryFilter
{
    /// <summary>True to try again, false to let the start of the client fail. May wait first.</summary>
    /// <param name="exception">Why the client could not connect.</param>
    /// <param name="cancellationToken">Cancelled when the start of the client is given up.</param>
    Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken);
}
