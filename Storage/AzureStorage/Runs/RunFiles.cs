using Orchestration.Grains.Storage;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>
/// The ends of histories that were used last, up to a limit. Forgetting one costs a read, no more: the service holds writes
/// to where a history ends. Thread-safe.
/// </summary>
internal sealed class RunFiles
{
    private const int Limit = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<StoreKey, LinkedListNode<RunFile>> _files = [];
    private readonly LinkedList<RunFile> _order = [];

    public RunFile Get(StoreKey key)
    {
        lock (_gate)
        {
            if (_files.TryGetValue(key, out var node))
            {
                _order.Remove(node);
                _order.AddLast(node);
                return node.Value;
            }

            if (_files.Count >= Limit)
            {
                _files.Remove(_order.First!.Value.Key);
                _order.RemoveFirst();
            }

            var file = new RunFile(key);
            _files[key] = _order.AddLast(file);
            return file;
        }
    }

    public void Forget(StoreKey key)
    {
        lock (_gate)
        {
            if (_files.Remove(key, out var node)) _order.Remove(node);
        }
    }
}
