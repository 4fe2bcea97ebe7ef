using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Testing;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Support;

/// <summary>Reads all histories of an environment from its store.</summary>
internal static class Histories
{
    public static async IAsyncEnumerable<(RunRecord Record, List<HistoryEvent> Events)> OfAsync(
        WorkflowTestEnvironment environment)
    {
        string? continuation = null;
        do
        {
            var page = await environment.Store.ListAsync(new ListQuery
            {
                Namespace = WorkflowKey.DefaultNamespace,
                PageSize = 100,
                Continuation = continuation,
            });
            foreach (var record in page.Runs) yield return (record, await ReadAsync(environment.Store, record));
            continuation = page.Continuation;
        }
        while (continuation is not null);
    }

    private static async Task<List<HistoryEvent>> ReadAsync(IHistoryStore store, RunRecord record)
    {
        var events = new List<HistoryEvent>();
        for (long? from = 1; from is not null;)
        {
            var page = await store.ReadAsync(record.Key, record.Handle, from.Value);
            foreach (var batch in page.Batches) HistorySerializer.Read(batch.Body.Span, batch.Format, events);
            from = page.NextSequence;
        }

        return events;
    }
}
