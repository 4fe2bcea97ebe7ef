using System.Collections.Concurrent;
using System.Reflection;
using Orchestration.Grains.Storage;
using Orchestration.Tests.Support.Storage;

namespace Orchestration.Grains.Tests.Support;

/// <summary>A store before another one, of which readings of a kind can be held back.</summary>
public class HeldReads : DispatchProxy
{
    private readonly ConcurrentDictionary<string, StoreHold> _holds = new(StringComparer.Ordinal);
    private IHistoryStore _inner = null!;

    public static (IHistoryStore Store, HeldReads Holds) Over(IHistoryStore inner)
    {
        var store = Create<IHistoryStore, HeldReads>();
        ((HeldReads)(object)store)._inner = inner;
        return (store, (HeldReads)(object)store);
    }

    /// <summary>Has one kind of reading wait from now on, each time, until it is let go.</summary>
    /// <param name="method">The name of the port's method.</param>
    public StoreHold Hold(string method) => _holds[method] = new StoreHold();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (!_holds.TryGetValue(targetMethod!.Name, out var hold)) return targetMethod.Invoke(_inner, args);
        return targetMethod.Name switch
        {
            nameof(IHistoryStore.FindAsync) => new ValueTask<RunRecord?>(AfterAsync<RunRecord?>(hold, targetMethod, args)),
            nameof(IHistoryStore.ReadAsync) => new ValueTask<HistoryPage>(AfterAsync<HistoryPage>(hold, targetMethod, args)),
            nameof(IHistoryStore.ReadTailAsync) =>
                new ValueTask<HistoryBatch?>(AfterAsync<HistoryBatch?>(hold, targetMethod, args)),
            _ => throw new NotSupportedException($"{targetMethod.Name} cannot be held back."),
        };
    }

    private async Task<T> AfterAsync<T>(StoreHold hold, MethodInfo method, object?[]? args)
    {
        await hold.ArriveAsync();
        return await (ValueTask<T>)method.Invoke(_inner, args)!;
    }
}
