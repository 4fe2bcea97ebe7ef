namespace Orchestration.Workflows;

// Sagas.
public abstract partial class WorkflowContext
{
    /// <summary>
    /// Runs steps that are undone if not all of them come about: when the body fails or is cancelled, its compensations are
    /// carried out, beyond the reach of the run's cancellation, and then the failure goes on to the caller.
    /// </summary>
    /// <param name="body">The steps; registers each compensation before the step that it undoes.</param>
    /// <param name="options">How compensations are carried out.</param>
    /// <returns>What the body returned.</returns>
    /// <remarks>
    /// <para>Steps of the body that are still under way when it fails are cancelled and waited for first, so that no
    /// compensation overtakes its step: a cancelled activity of the body is waited for unless its cancellation type is
    /// <see cref="ActivityCancellationType.Abandon"/>.</para>
    /// <para>An exception that is most likely a bug stalls the run, as it does elsewhere: nothing is undone for it, and the run
    /// goes on with mended code. A run that is terminated compensates nothing.</para>
    /// </remarks>
    /// <exception cref="CompensationFailed">The body failed, and not all that it did could be undone.</exception>
    public Task<TResult> SagaAsync<TResult>(Func<Saga, Task<TResult>> body, SagaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Saga.RunAsync(this, options ?? SagaOptions.Default, null, body);
    }

    /// <summary>Runs steps that are undone if not all of them come about.</summary>
    /// <inheritdoc cref="SagaAsync{TResult}"/>
    public Task SagaAsync(Func<Saga, Task> body, SagaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Saga.RunAsync(this, options ?? SagaOptions.Default, null, Saga.WithoutResult(body));
    }

    internal abstract long RegisterCompensation(long saga, string name);

    internal abstract void StartCompensation(long command);

    internal abstract void EndCompensation(long command, Exception? failure);

    internal abstract void CompleteSaga(long saga);

    /// <summary>Runs code that the run's own cancellation does not reach.</summary>
    internal abstract Task RunShieldedAsync(SagaFlow flow, Func<Task> code);

    /// <summary>Whether an exception is a failure of the run, and not most likely a bug.</summary>
    internal abstract bool IsFailure(Exception e);

    /// <summary>Stalls the run over an exception; never ends.</summary>
    internal abstract Task StallOnAsync(Exception e);

    /// <summary>Cancels activities and waits until all of them have ended.</summary>
    internal abstract Task SettleAsync(IReadOnlyList<long> activities);
}
