namespace Orleans;

/// <summary>Something that starts and stops in stages and takes hooks for them.</summary>
public interface ILifecycleObservable
{
    /// <summary>Adds a hook at a stage; disposing what is returned removes it.</summary>
    /// <param name="observerName">Named in logs.</param>
    /// <param name="stage">Lower stages start first and stop last; hooks of one stage run concurrently.</param>
    /// <param name="observer">The hook.</param>
    IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer);
}
