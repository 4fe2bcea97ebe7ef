namespace Orleans;

/// <summary>A service that adds its own hooks to a lifecycle when the host is built.</summary>
/// <typeparam name="TLifecycleObservable">The lifecycle.</typeparam>
public interface ILifecycleParticipant<TLifecycleObservable>
    where TLifecycleObservable : ILifecycleObservable
{
    /// <summary>Adds the hooks.</summary>
    void Participate(TLifecycleObservable lifecycle);
}
