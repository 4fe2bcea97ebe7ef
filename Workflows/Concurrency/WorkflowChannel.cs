using System.Diagnostics.CodeAnalysis;

namespace Orchestration.Workflows;

/// <summary>
/// A queue between parts of one workflow's code, first in, first out: the same on every replay. Part of the workflow's own state.
/// For the
/// run's own code only.
/// </summary>
/// <typeparam name="T">What is handed over.</typeparam>
public sealed class WorkflowChannel<T>
{
    private readonly Queue<T> _items = new();
    private readonly WorkflowQueue<T> _readers = new();
    private readonly WorkflowQueue<object?> _writers = new();
    private readonly int _capacity;

    /// <summary>Makes a channel.</summary>
    /// <param name="capacity">How many items it holds before writers wait; no limit unless given.</param>
    public WorkflowChannel(int capacity = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>How many items stand in it.</summary>
    public int Count => _items.Count;

    /// <summary>Whether it takes no more items.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Puts an item in, or hands it to the reader who has waited longest; waits while the channel is full.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait; default: the surrounding scope's or the workflow's own token.</param>
    /// <exception cref="InvalidOperationException">The channel is completed.</exception>
    /// <exception cref="Canceled">The wait was cancelled; the item was not put in.</exception>
    public async Task WriteAsync(T item, CancellationToken? cancellationToken = null)
    {
        if (!TryWrite(item)) await _writers.Add(cancellationToken, "The wait for room in a channel was cancelled.", item);
    }

    /// <summary>Puts an item in if there is room.</summary>
    /// <exception cref="InvalidOperationException">The channel is completed.</exception>
    public bool TryWrite(T item)
    {
        if (IsCompleted) throw new InvalidOperationException("The channel is completed and takes no more items.");
        if (_readers.TryEnd(item)) return true;
        if (_items.Count >= _capacity) return false;
        _items.Enqueue(item);
        return true;
    }

    /// <summary>Takes the oldest item; waits for one.</summary>
    /// <exception cref="InvalidOperationException">The channel is completed and empty.</exception>
    /// <exception cref="Canceled">The wait was cancelled; no item was taken.</exception>
    public Task<T> ReadAsync(CancellationToken? cancellationToken = null)
    {
        if (TryRead(out var item)) return Task.FromResult(item);
        return IsCompleted
            ? Task.FromException<T>(Ended())
            : _readers.Add(cancellationToken, "The wait for an item of a channel was cancelled.");
    }

    /// <summary>Takes the oldest item, if there is one.</summary>
    public bool TryRead([MaybeNullWhen(false)] out T item)
    {
        if (!_items.TryDequeue(out item)) return false;
        if (_writers.TryEnd(null, out var waiting)) _items.Enqueue((T)waiting!); // at once, so that nobody overtakes it
        return true;
    }

    /// <summary>All items, until the channel is completed and empty.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync()
    {
        while (true)
        {
            T item;
            try
            {
                item = await ReadAsync();
            }
            catch (InvalidOperationException) when (IsCompleted && _items.Count == 0)
            {
                yield break;
            }

            yield return item;
        }
    }

    /// <summary>Takes no more items; readers get what stands in it, then an end.</summary>
    public void Complete()
    {
        IsCompleted = true;
        _readers.FailAll(Ended);
        _writers.FailAll(Ended);
    }

    private static InvalidOperationException Ended() => new("The channel is completed.");
}
