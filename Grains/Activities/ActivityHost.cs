using Orchestration.Grains.Interfaces.Activities;

namespace Orchestration.Grains.Activities;

/// <summary>Runs activity attempts on this silo: accepts them at once, and reports their outcomes until they are acknowledged. Thread-safe.</summary>
internal sealed partial class ActivityHost
{
    /// <summary>Whether new attempts are taken: not while the silo shuts down.</summary>
    public bool TakesAttempts { get; private set; } = true;

    /// <summary>Takes attempts, or says why not; never waits.</summary>
    public DispatchReply[] Dispatch(ActivityTask[] tasks) => throw new NotImplementedException();

    /// <summary>Tells attempts to end.</summary>
    public void Cancel(AttemptCancellation[] attempts) => throw new NotImplementedException();

    /// <summary>What became of attempts; those never seen are refused up to the fence from now on.</summary>
    public AttemptInquiryReply[] Inquire(AttemptId[] attempts, long fence) => throw new NotImplementedException();
}
