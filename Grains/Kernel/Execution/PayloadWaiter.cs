using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>Awaits a value as it is recorded.</summary>
internal sealed class PayloadWaiter : TaskCompletionSource<Payload?>, IWaiter
{
    public CancellationTokenRegistration Registration { get; set; }

    public void Complete(Payload? result) => SetResult(result);

    public void Fail(Exception failure) => SetException(failure);
}
