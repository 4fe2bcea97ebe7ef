using System.Reflection;
using Orchestration.Grains.Storage;

namespace Orchestration.Benchmarks.Cluster;

/// <summary>A store that can be cut off for good, as by the death of the silo that uses it.</summary>
public class SeveredStore : DispatchProxy
{
    private IHistoryStore _inner = null!;
    private volatile bool _isCut;

    /// <summary>A silo's own way to a store.</summary>
    public static IHistoryStore Over(IHistoryStore inner)
    {
        var store = Create<IHistoryStore, SeveredStore>();
        ((SeveredStore)(object)store)._inner = inner;
        return store;
    }

    /// <summary>Nothing of the silo reaches the store any more.</summary>
    public static void Cut(IHistoryStore store) => ((SeveredStore)(object)store)._isCut = true;

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _isCut ? throw new StoreUnavailable("The silo that used this store is gone.") : targetMethod!.Invoke(_inner, args);
}
