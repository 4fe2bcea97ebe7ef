using Orchestration.Grains.Interfaces.Activities;

namespace Orchestration.Grains.Activities;

/// <summary>How runs reach the hosts of their attempts. Thread-safe.</summary>
internal interface IActivityDispatcher
{
    /// <summary>
    /// Hands attempts to a host. Waits while the host is full. What an exception leaves unknown is to be cleared up by
    /// <see cref="InquireAsync"/>, never by a second dispatch.
    /// </summary>
    /// <returns>Accepted, refused or unknown there, one for each task.</returns>
    /// <exception cref="Orleans.Runtime.SiloUnavailableException">The host is gone: nothing more will come of the
    /// attempts.</exception>
    ValueTask<DispatchReply[]> DispatchAsync(string host, ActivityTask[] tasks);

    /// <summary>Tells attempts to end.</summary>
    ValueTask CancelAsync(string host, AttemptCancellation[] attempts);

    /// <summary>Asks what became of attempts; see <see cref="IActivityHostGrain.InquireAsync"/>.</summary>
    ValueTask<AttemptInquiryReply[]> InquireAsync(string host, AttemptId[] attempts, long fence);
}
