using System.Collections.Concurrent;
using System.Diagnostics;
using Orchestration.Client;
using Orchestration.OrderFulfillment.Auditing;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Chaos.Load;

/// <summary>
/// Starts orders through the client library and awaits their results, as a client would. What the library lets through to its
/// caller is counted: it is to repeat what can be repeated by itself.
/// </summary>
internal sealed class OrderDesk(IWorkflowClient client, Throughput throughput)
{
    private static readonly StartOptions Once = new() { IdReuse = WorkflowIdReusePolicy.RejectDuplicate };

    private readonly ConcurrentDictionary<string, OrderEnd> _ends = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _acknowledged = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<string> _findings = [];
    private int _begun;

    /// <summary>How each order ended, as its client was told.</summary>
    public IReadOnlyDictionary<string, OrderEnd> Ends => _ends;

    /// <summary>Orders whose start was acknowledged.</summary>
    public IReadOnlyCollection<string> Acknowledged => (IReadOnlyCollection<string>)_acknowledged.Keys;

    /// <summary>Errors that reached the caller, by type.</summary>
    public IReadOnlyDictionary<string, int> Errors => _errors;

    /// <summary>What clients saw that must not be.</summary>
    public IReadOnlyCollection<string> Findings => _findings;

    /// <summary>How many are under way.</summary>
    public int Open => Volatile.Read(ref _begun) - _ends.Count;

    /// <summary>The id of an order's workflow.</summary>
    public static string WorkflowIdOf(string orderId) => $"order-{orderId}";

    /// <summary>Runs one order to its end.</summary>
    public async Task RunAsync(Order order, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _begun);
        var asked = Stopwatch.GetTimestamp();
        var handle = client.GetWorkflow<FulfillOrder>(WorkflowIdOf(order.OrderId));
        await StartAsync(handle, order, cancellationToken);
        _acknowledged.TryAdd(order.OrderId, 0);
        throughput.Started();
        var end = await ResultAsync(handle, order.OrderId, cancellationToken);
        if (!_ends.TryAdd(order.OrderId, end)) _findings.Add($"order {order.OrderId} ended twice");
        throughput.Completed(order.OrderId, Stopwatch.GetElapsedTime(asked).TotalSeconds);
    }

    private async Task StartAsync(IWorkflowHandle<FulfillOrder> handle, Order order, CancellationToken cancellationToken)
    {
        for (var isRepeat = false; ; isRepeat = true)
        {
            try
            {
                await handle.StartAsync(order, Once, cancellationToken);
                return;
            }
            catch (WorkflowAlreadyStarted) when (isRepeat)
            {
                return; // By the try before, whose outcome was unknown.
            }
            catch (SlowDown busy)
            {
                Count(busy);
                await Pause.ForAsync(busy.RetryAfter, cancellationToken);
            }
            catch (Exception e) when (e is OrchestrationException and not WorkflowAlreadyStarted)
            {
                Count(e);
            }
        }
    }

    private async Task<OrderEnd> ResultAsync(
        IWorkflowHandle<FulfillOrder> handle, string orderId, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new OrderEnd(orderId, WorkflowStatus.Completed, await handle.GetResultAsync(cancellationToken));
            }
            catch (WorkflowFailed failure)
            {
                return new OrderEnd(orderId, failure.Status, null, failure.Message);
            }
            catch (WorkflowNotFound e)
            {
                _findings.Add($"order {orderId}: its start was acknowledged, and later: {e.Message}");
                return new OrderEnd(orderId, WorkflowStatus.Failed, null, e.Message);
            }
            catch (OrchestrationException e)
            {
                Count(e);
            }
        }
    }

    private void Count(Exception error) => _errors.AddOrUpdate(error.GetType().Name, 1, static (_, n) => n + 1);
}
