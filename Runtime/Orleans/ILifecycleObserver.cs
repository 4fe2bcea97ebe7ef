namespace Orleans;

/// <summary>A hook at a stage of a lifecycle.</summary>
public interface ILifecycleObserver
{
    /// <summary>Called when the stage starts; an error stops the start.</summary>
    Task OnStart(CancellationToken cancellationToken = default);

    /// <summary>Called when the stage stops, if it had started; an error is logged and the stop goes on.</summary>
    Task OnStop(CancellationToken cancellationToken = default);
}
