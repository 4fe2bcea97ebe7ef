using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orchestration.Client;
using Orchestration.OrderFulfillment.Auditing;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Shop;
using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Running;

/// <summary>
/// Runs every order of the order book to its end, a bounded number at a time. An order's workflow is named after the order: one
/// that an earlier process started is not started again but awaited, whether it has ended, or was woken by the silo and goes on.
/// </summary>
public sealed class OrderRun(ShopDatabase shop, IWorkflowClient client, StandstillWatch watch, int inFlight)
{
    private const int Page = 256;
    private static readonly StartOptions Once = new() { IdReuse = WorkflowIdReusePolicy.RejectDuplicate };

    private long _foundEnded;
    private long _foundOpen;

    /// <summary>How many workflows had ended before this process looked.</summary>
    public long FoundEnded => _foundEnded;

    /// <summary>How many workflows an earlier process had begun.</summary>
    public long FoundOpen => _foundOpen;

    /// <summary>The id of an order's workflow.</summary>
    public static string WorkflowIdOf(string orderId) => $"order-{orderId}";

    /// <summary>Runs them all, and returns how each ended.</summary>
    public async Task<IReadOnlyCollection<OrderEnd>> RunAsync(Action ended, CancellationToken cancellationToken)
    {
        var ends = new ConcurrentBag<OrderEnd>();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(OrderBookAsync(cancellationToken), limits, async (order, cancellation) =>
        {
            var workflowId = WorkflowIdOf(order.OrderId);
            watch.Began(workflowId);
            ends.Add(await RunOneAsync(client.GetWorkflow<FulfillOrder>(workflowId), order, cancellation));
            watch.Ended(workflowId);
            ended();
        });
        return ends;
    }

    private async Task<OrderEnd> RunOneAsync(
        IWorkflowHandle<FulfillOrder> workflow, Order order, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return Completed(await workflow.ExecuteAsync(order, Once, cancellationToken));
            }
            catch (WorkflowAlreadyStarted)
            {
                return await AttachAsync(workflow, order.OrderId, cancellationToken);
            }
            catch (WorkflowFailed failure)
            {
                return Failed(order.OrderId, failure);
            }
            catch (SlowDown busy)
            {
                await Task.Delay(busy.RetryAfter, cancellationToken);
            }
        }
    }

    private async Task<OrderEnd> AttachAsync(
        IWorkflowHandle<FulfillOrder> workflow, string orderId, CancellationToken cancellationToken)
    {
        var found = await workflow.DescribeAsync(cancellationToken);
        Interlocked.Increment(ref found.ClosedAt is null ? ref _foundOpen : ref _foundEnded);
        try
        {
            return Completed(await workflow.GetResultAsync(cancellationToken));
        }
        catch (WorkflowFailed failure)
        {
            return Failed(orderId, failure);
        }
    }

    private async IAsyncEnumerable<Order> OrderBookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // By pages, so that no read transaction stays open and keeps the log of the shop's books from being trimmed.
        long last = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = shop.ReadOrders(last, Page);
            if (page.Count == 0) yield break;
            foreach (var (_, content) in page) yield return OrderContent.Read(content);
            last = page[^1].Number;
            await Task.Yield();
        }
    }

    private static OrderEnd Completed(OrderResult result) => new(result.OrderId, WorkflowStatus.Completed, result);

    private static OrderEnd Failed(string orderId, WorkflowFailed failure) => new(orderId, failure.Status, null, failure.Message);
}
