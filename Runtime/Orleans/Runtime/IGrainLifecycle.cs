namespace Orleans.Runtime;

/// <summary>
/// Hooks of one activation: start hooks run before <c>OnActivateAsync</c>, stop hooks in reverse after <c>OnDeactivateAsync</c>.
/// </summary>
public interface IGrainLifecycle : ILifecycleObservable;
