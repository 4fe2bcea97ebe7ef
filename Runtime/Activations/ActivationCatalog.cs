using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orchestration.Runtime.Hosting;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Activations;

/// <summary>The activations of this silo by grain. Thread-safe.</summary>
internal sealed class ActivationCatalog(SiloRuntime silo)
{
    private const int ConcurrentDeactivations = 256;
    private static readonly TimeSpan PatienceInHurry = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();
    private volatile bool _closed;

    public int Count => _activations.Count;

    /// <summary>The activations; a moving picture.</summary>
    public IEnumerable<Activation> All
    {
        get
        {
            foreach (var (_, activation) in _activations) yield return activation;
        }
    }

    public bool TryGet(GrainId grain, [NotNullWhen(true)] out Activation? activation) =>
        _activations.TryGetValue(grain, out activation);

    /// <summary>The activation of a grain, made if there is none; null when the silo makes none any more.</summary>
    public Activation? GetOrCreate(GrainId grain, GrainClass grainClass)
    {
        if (_activations.TryGetValue(grain, out var existing)) return existing;
        if (_closed) return null;
        var made = _activations.GetOrAdd(grain, new Activation(grain, grainClass, silo));

        // Closing looks at all activations after it has set the flag: either it sees this one, or this sees the flag.
        if (_closed && made.State == ActivationState.Created)
            made.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The silo is shutting down."));
        return made;
    }

    /// <summary>Forgets all activations, whose turns never run again.</summary>
    public void Abandon()
    {
        _closed = true;
        _activations.Clear();
    }

    public void Remove(Activation activation) =>
        _activations.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation));

    /// <summary>
    /// Makes no activations from here on and ends all that there are, many at a time. Told to hurry, it gives them a few seconds
    /// more; then an activation whose turn does not end is left behind, so that no code can keep a silo from stopping.
    /// </summary>
    public async Task CloseAsync(DeactivationReason reason, CancellationToken hurry)
    {
        _closed = true;
        using var slots = new SemaphoreSlim(ConcurrentDeactivations);
        using var enough = new CancellationTokenSource(Timeout.InfiniteTimeSpan, silo.Time);
        await using var hurried = hurry.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).CancelAfter(PatienceInHurry), enough);
        while (!_activations.IsEmpty)
        {
            await Task.WhenAll(All.ToArray().Select(EndAsync));
        }

        async Task EndAsync(Activation activation)
        {
            await slots.WaitAsync(CancellationToken.None);
            try
            {
                activation.Deactivate(reason, hurry);
                await activation.Deactivated.WaitAsync(enough.Token);
            }
            catch (OperationCanceledException)
            {
                Remove(activation);
                silo.Log.LeftBehind(activation.GrainId, activation.Class.Type);
            }
            finally
            {
                slots.Release();
            }
        }
    }
}
