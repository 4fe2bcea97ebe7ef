using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>
/// What workflow code awaits: a task that ends with a recorded outcome. Continuations are meant to run where the completion
/// happens: those that follow the run's scheduler are queued there, and those that refuse it (ConfigureAwait(false)) still run
/// within the turn.
/// </summary>
internal interface IWaiter
{
    /// <summary>What cancels the wait, where that is not the run's own cancellation.</summary>
    CancellationTokenRegistration Registration { get; set; }

    /// <summary>Ends it with a result.</summary>
    void Complete(Payload? result);

    /// <summary>Ends it with a failure.</summary>
    void Fail(Exception failure);
}

/// <summary>Awaits an outcome without a value.</summary>
internal sealed class VoidWaiter : TaskCompletionSource, IWaiter
{
    public CancellationTokenRegistration Registration { get; set; }

    public void Complete(Payload? result) => SetResult();

    public void Fail(Exception failure) => SetException(failure);
}

/// <summary>Awaits a value.</summary>
internal sealed class ValueWaiter<T>(IPayloadConverter converter) : TaskCompletionSource<T>, IWaiter
{
    public CancellationTokenRegistration Registration { get; set; }

    public void Complete(Payload? result)
    {
        T value;
        try
        {
            value = (T)converter.FromPayload(result ?? Payload.Null, typeof(T))!;
        }
        catch (Exception e)
        {
            // The value's own code runs here: what it throws belongs to the code that waits, and must not break the turn.
            SetException(e is PayloadConversionFailed or PayloadUndecodable
                ? e
                : new PayloadConversionFailed($"A result cannot be read as {typeof(T)}: {e.Message}", e));
            return;
        }

        SetResult(value);
    }

    public void Fail(Exception failure) => SetException(failure);
}
