using System.Collections.Concurrent;
using System.Reflection;
using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Tests.Support;

/// <summary>Counts the calls of a store, by method, once they are answered.</summary>
public class CountingStore : DispatchProxy
{
    private IHistoryStore _inner = null!;
    private readonly ConcurrentDictionary<string, int> _counts = new();

    public static (IHistoryStore Store, CountingStore Counts) Over(IHistoryStore inner)
    {
        var store = Create<IHistoryStore, CountingStore>();
        ((CountingStore)(object)store)._inner = inner;
        return (store, (CountingStore)(object)store);
    }

    public int Of(string method) => _counts.GetValueOrDefault(method);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(_inner, args);
        _counts.AddOrUpdate(targetMethod.Name, 1, static (_, n) => n + 1);
        return answer;
    }
}
