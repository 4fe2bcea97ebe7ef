using System.Collections.Concurrent;
using Orchestration.OrderFulfillment;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Shop;

namespace Orchestration.Chaos.Load;

/// <summary>Orders that stand in the shop's order book before they are started, entered many at once ahead of the load.</summary>
internal sealed class OrderBook(ShopDatabase shop, OrderFactory factory) : IDisposable
{
    private const int Batch = 100;

    private readonly ConcurrentQueue<Order> _entered = new();
    private readonly SemaphoreSlim _entering = new(1);
    private int _next;

    /// <summary>Enters more until so many wait to be started.</summary>
    public async Task FillAsync(int orders)
    {
        await _entering.WaitAsync();
        try
        {
            while (_entered.Count < orders)
            {
                var some = Enumerable.Range(_next, Batch).Select(factory.Make).ToList();
                _next += Batch;
                await shop.EnterAsync([.. some.Select(static o => (o.OrderId, OrderContent.Write(o)))]);
                foreach (var order in some) _entered.Enqueue(order);
            }
        }
        finally
        {
            _entering.Release();
        }
    }

    /// <summary>Keeps so many waiting to be started.</summary>
    public async Task KeepFilledAsync(int orders, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await FillAsync(orders);
            await Pause.ForAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        }
    }

    public void Dispose() => _entering.Dispose();

    /// <summary>The next one; null where none was entered in time.</summary>
    public Order? Take() => _entered.TryDequeue(out var order) ? order : null;
}
