using System.Collections.Concurrent;
using System.Reflection;
using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Tests.Support;

/// <summary>Counts the calls of a store once they are answered, by method, and looks at an index by shard.</summary>
public class CountingStore : DispatchProxy
{
    private IHistoryStore _inner = null!;
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentDictionary<(int Shard, RunState State), int> _looks = new();

    public static (IHistoryStore Store, CountingStore Counts) Over(IHistoryStore inner)
    {
        var store = Create<IHistoryStore, CountingStore>();
        ((CountingStore)(object)store)._inner = inner;
        return (store, (CountingStore)(object)store);
    }

    public int Of(string method) => _counts.GetValueOrDefault(method);

    public int Looks(int shard, RunState state) => _looks.GetValueOrDefault((shard, state));

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(_inner, args);
        _counts.AddOrUpdate(targetMethod.Name, 1, static (_, n) => n + 1);
        if (args is [DueQuery look, ..]) _looks.AddOrUpdate((look.Shard, look.State), 1, static (_, n) => n + 1);
        return answer;
    }
}
