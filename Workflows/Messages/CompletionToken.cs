namespace Orchestration.Workflows;

/// <summary>
/// Something that somebody outside is to answer: the text of <see cref="Token"/> goes out (by an activity, in an e-mail), and
/// whoever has it completes or rejects it, once. Made by <see cref="WorkflowContext.CreateToken{T}"/>.
/// </summary>
/// <typeparam name="T">What the answer is.</typeparam>
public sealed class CompletionToken<T>
{
    private readonly WorkflowContext _context;
    private readonly Action _revoke;

    internal CompletionToken(WorkflowContext context, string name, string token, Task<T> result, Action revoke)
    {
        _context = context;
        _revoke = revoke;
        Name = name;
        Token = token;
        Result = result;
    }

    /// <summary>What it is for, as <c>Describe</c> shows it.</summary>
    public string Name { get; }

    /// <summary>
    /// The text by which it is completed: it names the workflow and carries a secret of 128 bits, which histories hold.
    /// </summary>
    public string Token { get; }

    /// <summary>Ends with the answer, or with <see cref="ApplicationFailure"/> of the type <c>TokenRejected</c>.</summary>
    public Task<T> Result { get; }

    /// <summary>Waits for the answer. A wait that ends without one leaves the token as it is: it can be waited for
    /// again.</summary>
    /// <param name="timeout">How long to wait, by a durable timer; null is without limit.</param>
    /// <param name="cancellationToken">Ends the wait; default: <see cref="WorkflowContext.CancellationToken"/>.</param>
    /// <exception cref="TimedOut">No answer came in time.</exception>
    /// <exception cref="Canceled">The wait was cancelled.</exception>
    /// <exception cref="ApplicationFailure">The token was rejected.</exception>
    public async Task<T> WaitAsync(TimeSpan? timeout = null, CancellationToken? cancellationToken = null)
    {
        if (timeout is not { } limit)
        {
            await _context.WhenAsync(() => Result.IsCompleted, cancellationToken, text: ""); // the token itself is shown
            return await Result;
        }

        using var answered = new CancellationTokenSource();
        var timer = _context.DelayAsync(limit, answered.Token);
        try
        {
            await _context.WhenAsync(() => Result.IsCompleted || timer.IsCompleted, cancellationToken, text: "");
        }
        finally
        {
            if (!timer.IsCompleted) answered.Cancel();
        }

        return Result.IsCompleted
            ? await Result
            : throw new TimedOut(TimeoutKind.Token, $"Nobody completed the token '{Name}' within {limit}.");
    }

    /// <summary>Takes the token back: from now on it cannot be completed. Without effect where it was.</summary>
    public void Revoke() => _revoke();
}
