using System.Collections.Concurrent;
using Orchestration.Client;
using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Running;

/// <summary>
/// Says what is waited for when no order has ended for a while: a stalled workflow waits for mended code, for ever if need be.
/// </summary>
/// <param name="client">Tells where a workflow stands.</param>
/// <param name="time">The clock.</param>
/// <param name="output">Where it is said.</param>
public sealed class StandstillWatch(IWorkflowClient client, TimeProvider time, TextWriter output)
{
    private const int Named = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, byte> _open = new(StringComparer.Ordinal);
    private long _ended;

    /// <summary>A workflow is waited for.</summary>
    public void Began(string workflowId) => _open.TryAdd(workflowId, 0);

    /// <summary>It has ended.</summary>
    public void Ended(string workflowId)
    {
        _open.TryRemove(workflowId, out _);
        Interlocked.Increment(ref _ended);
    }

    /// <summary>Watches until cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Patience, time);
        var last = -1L;
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var ended = Interlocked.Read(ref _ended);
            if (ended == last && !_open.IsEmpty) await ReportAsync(cancellationToken);
            last = ended;
        }
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"No order has ended for {Patience.TotalSeconds:0} s; {_open.Count} are waited for:");
        foreach (var (id, _) in _open.Take(Named))
        {
            try
            {
                var found = await client.GetWorkflow(id).DescribeAsync(cancellationToken);
                await output.WriteLineAsync($"  {id}: {found.Status} {found.Stall?.Message}");
            }
            catch (OrchestrationException e)
            {
                await output.WriteLineAsync($"  {id}: {e.Message}");
            }
        }
    }
}
