using System.Collections.Concurrent;
using System.Reflection;
using Orchestration.Grains.Storage;
using Orchestration.Tests.Support.Storage;

namespace Orchestration.Grains.Tests.Support;

/// <summary>A store before another one, of which readings of a kind can be held back.</summary>
public class HeldReads : DispatchProxy
{
    private readonly ConcurrentDictionary<string, (StoreHold Hold, bool IsAnswer)> _holds = new(StringComparer.Ordinal);
    private IHistoryStore _inner = null!;

    public static (IHistoryStore Store, HeldReads Holds) Over(IHistoryStore inner)
    {
        var store = Create<IHistoryStore, HeldReads>();
        ((HeldReads)(object)store)._inner = inner;
        return (store, (HeldReads)(object)store);
    }

    /// <summary>Has one kind of reading wait from now on, each time, until it is let go.</summary>
    /// <param name="method">The name of the port's method.</param>
    public StoreHold Hold(string method) => Hold(method, isAnswer: false);

    /// <summary>Has the answers of one kind of reading wait from now on, until they are let go: they are old by then.</summary>
    /// <param name="method">The name of the port's method.</param>
    public StoreHold HoldAnswer(string method) => Hold(method, isAnswer: true);

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

    private StoreHold Hold(string method, bool isAnswer)
    {
        var hold = new StoreHold();
        _holds[method] = (hold, isAnswer);
        return hold;
    }

    private async Task<T> AfterAsync<T>((StoreHold Hold, bool IsAnswer) held, MethodInfo method, object?[]? args)
    {
        if (!held.IsAnswer) await held.Hold.ArriveAsync();
        var answer = await (ValueTask<T>)method.Invoke(_inner, args)!;
        if (held.IsAnswer) await held.Hold.ArriveAsync();
        return answer;
    }
}
