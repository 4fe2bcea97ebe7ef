using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Storage.Sqlite.Reading;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite;

/// <summary>Reads the embedded store's file from end to end, a page at a time.</summary>
internal sealed class SqliteDataSetReader(ReaderPool readers) : IDataSetReader
{
    private const int PageSize = 500;

    public async IAsyncEnumerable<DataSetRun> ReadRunsAsync(
        string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = after is null ? 0 : long.Parse(after, CultureInfo.InvariantCulture);
        while (true)
        {
            var from = last;
            var page = await readers.RunAsync(from, Runs, cancellationToken).ConfigureAwait(false);
            foreach (var run in page)
            {
                last = run.Handle;
                yield return new DataSetRun(run, last.ToString(CultureInfo.InvariantCulture));
            }

            if (page.Count < PageSize) yield break;
        }
    }

    public async ValueTask<IReadOnlyList<HeartbeatRecord>> ReadHeartbeatsAsync(
        StoreKey key, CancellationToken cancellationToken = default) =>
        await readers.RunAsync(key, Heartbeats, cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<DataSetState> ReadStatesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = (Kind: "", Key: "");
        while (true)
        {
            var from = last;
            var page = await readers.RunAsync(from, States, cancellationToken).ConfigureAwait(false);
            foreach (var state in page) yield return state;
            if (page.Count < PageSize) yield break;
            last = (page[^1].Kind, page[^1].Key);
        }
    }

    private static List<RunRecord> Runs(ReadSession session, long after)
    {
        var row = session.Statement($"SELECT {Columns.OfRecord} FROM runs WHERE handle>? ORDER BY handle LIMIT {PageSize}")
            .Bind(1, after);
        var runs = new List<RunRecord>();
        while (row.Step()) runs.Add(Columns.Record(row));
        return runs;
    }

    private static List<HeartbeatRecord> Heartbeats(ReadSession session, StoreKey key)
    {
        var row = session.Statement(
            "SELECT command, attempt, headers, details FROM heartbeats WHERE handle="
            + "(SELECT handle FROM runs WHERE ns=? AND id=? AND run=?) ORDER BY command")
            .Bind(1, key.Key.Namespace).Bind(2, key.Key.Id.Value).Bind(3, key.RunId.Value);
        var beats = new List<HeartbeatRecord>();
        while (row.Step())
        {
            var headers = row.NullableText(2) is { } json
                ? JsonSerializer.Deserialize<Dictionary<string, string>>(json) : null;
            beats.Add(new HeartbeatRecord(row.Int64(0), row.Int32(1), new Payload(row.Blob(3).ToArray(), headers)));
        }

        return beats;
    }

    private static List<DataSetState> States(ReadSession session, (string Kind, string Key) after)
    {
        var row = session.Statement(
            $"SELECT kind, key, data FROM states WHERE (kind, key)>(?, ?) ORDER BY kind, key LIMIT {PageSize}")
            .Bind(1, after.Kind).Bind(2, after.Key);
        var states = new List<DataSetState>();
        while (row.Step()) states.Add(new DataSetState(row.Text(0), row.Text(1), row.Blob(2).ToArray()));
        return states;
    }
}
