using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Activations;
using Orleans.Runtime;

namespace Orleans;

/// <summary>
/// Base of grain classes. Its code runs one turn at a time on the activation's own scheduler, so it needs no locks, as long as it
/// does not leave that scheduler (<c>Task.Run</c>, <c>ConfigureAwait(false)</c>).
/// </summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>Made by the runtime, for the activation that is being made.</summary>
    protected Grain()
        : this(RuntimeContext.Current!, grainRuntime: null)
    {
    }

    /// <summary>Made for a given context; for tests of the class without a silo.</summary>
    protected Grain(IGrainContext grainContext, IGrainRuntime? grainRuntime = null)
    {
        GrainContext = grainContext;
        Runtime = grainRuntime ?? grainContext?.ActivationServices.GetService<IGrainRuntime>();
    }

    /// <summary>The activation that hosts this object.</summary>
    [AllowNull]
    public IGrainContext GrainContext { get; private set; }

    /// <summary>A reference to this grain.</summary>
    public GrainReference GrainReference => GrainContext.GrainReference;

    /// <summary>The grain's id as text.</summary>
    public string IdentityString => GrainContext.GrainId.ToString();

    /// <summary>The address of the silo as text.</summary>
    public string RuntimeIdentity => Runtime?.SiloIdentity ?? string.Empty;

    /// <summary>Makes references to other grains.</summary>
    protected IGrainFactory GrainFactory => RequiredRuntime.GrainFactory;

    /// <summary>The services of the activation.</summary>
    protected internal IServiceProvider ServiceProvider => GrainContext?.ActivationServices ?? RequiredRuntime.ServiceProvider;

    internal IGrainRuntime? Runtime { get; }

    internal IGrainRuntime RequiredRuntime =>
        Runtime ?? throw new InvalidOperationException("The grain was made outside a silo and given no runtime.");

    /// <summary>
    /// Called before the first call; when it fails, the waiting calls fail with its error and the activation ends.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when activation takes longer than its limit.</param>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called after the last call; not when the process is killed.</summary>
    /// <param name="reason">Why the activation ends.</param>
    /// <param name="cancellationToken">Cancelled when deactivation takes longer than its limit; it is then abandoned.</param>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once the calls that run have ended; later calls go to a new one.</summary>
    protected void DeactivateOnIdle() => RequiredRuntime.DeactivateOnIdle(GrainContext);

    /// <summary>
    /// Ends this activation as <see cref="DeactivateOnIdle"/> does; the next call activates it where placement says.
    /// </summary>
    protected void MigrateOnIdle() => ((IGrainBase)this).MigrateOnIdle();

    /// <summary>Keeps the activation from idle collection for at least this long; a negative span takes that back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => RequiredRuntime.DelayDeactivation(GrainContext, timeSpan);
}
