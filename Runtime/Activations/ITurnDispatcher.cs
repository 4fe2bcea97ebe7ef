namespace Orchestration.Runtime.Activations;

/// <summary>
/// Where turns get a thread: the only way in which the runtime hands work to other threads, so that a simulation can run a whole
/// cluster on one. Thread-safe.
/// </summary>
internal interface ITurnDispatcher
{
    /// <summary>Has the item executed soon, once for each call.</summary>
    void Dispatch(IThreadPoolWorkItem item);
}
