namespace Orchestration.Grains.Workflows.Idle;

/// <summary>
/// The time of one activation in memory: whether it is on its way out (invariant 10), and what then ends that it waits for. Once
/// it leaves it takes nothing new in. What belongs to the activation is handed this in place of the activation itself.
/// </summary>
internal sealed class Tenure : IDisposable
{
    private readonly CancellationTokenSource _giveUp = new();
    private CancellationTokenSource? _waiting;

    public Tenure() => Stop = _giveUp.Token;

    /// <summary>Ends what the activation waits for once its patience with leaving ends; to be had also when it is gone.</summary>
    public CancellationToken Stop { get; }

    /// <summary>Whether the activation has begun to leave.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Whether that, or that its patience has ended, explains why something was cancelled.</summary>
    public bool ExplainsCancellation => IsLeaving || _giveUp.IsCancellationRequested;

    /// <summary>The activation begins to leave.</summary>
    public void Leave() => IsLeaving = true;

    /// <summary>Has the patience end with the given one.</summary>
    public CancellationTokenRegistration GiveUpWith(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static giveUp => ((CancellationTokenSource)giveUp!).Cancel(), _giveUp);

    /// <summary>Waits for what may take long, and not while the activation leaves.</summary>
    public async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> wait)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        _waiting = waiting;
        try
        {
            if (IsLeaving) await waiting.CancelAsync();
            return await wait(waiting.Token);
        }
        finally
        {
            _waiting = null;
        }
    }

    /// <summary>Ends a wait that is under way.</summary>
    public void StopWaiting() => _waiting?.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _giveUp.Dispose();
}
