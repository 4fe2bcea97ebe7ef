using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Storage.Sqlite.Reading;
using Orchestration.Storage.Sqlite.Writing;

namespace Orchestration.Storage.Sqlite;

/// <summary>Reminders in the embedded store's file.</summary>
internal sealed class SqliteReminderStore(Writer writer, ReaderPool readers) : IReminderStore
{
    private const string Select = "SELECT grain, hash, name, start_at, period, etag FROM reminders WHERE ";

    public ValueTask<IReadOnlyList<ReminderRow>> ReadRangeAsync(uint begin, uint end,
        CancellationToken cancellationToken = default)
    {
        var condition = begin < end ? "hash>?1 AND hash<=?2" : "hash>?1 OR hash<=?2";
        return RowsAsync(session => session.Statement(Select + condition).Bind(1, begin).Bind(2, end), cancellationToken);
    }

    public ValueTask<IReadOnlyList<ReminderRow>> ReadGrainAsync(string grainId, CancellationToken cancellationToken = default) =>
        RowsAsync(session => session.Statement(Select + "grain=?").Bind(1, grainId), cancellationToken);

    public async ValueTask<ReminderRow?> ReadAsync(string grainId, string name, CancellationToken cancellationToken = default)
    {
        var rows = await RowsAsync(
            session => session.Statement(Select + "grain=? AND name=?").Bind(1, grainId).Bind(2, name), cancellationToken)
            .ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    public ValueTask<string> UpsertAsync(ReminderRow row, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return writer.WriteAsync(new UpsertReminder(row), cancellationToken);
    }

    public ValueTask<bool> RemoveAsync(string grainId, string name, string etag, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(new RemoveReminder(grainId, name, etag), cancellationToken);

    public async ValueTask ClearAsync(CancellationToken cancellationToken = default) =>
        await writer.WriteAsync(new ClearReminders(), cancellationToken).ConfigureAwait(false);

    private ValueTask<IReadOnlyList<ReminderRow>> RowsAsync(
        Func<ReadSession, Statement> query, CancellationToken cancellationToken) =>
        readers.RunAsync<Func<ReadSession, Statement>, IReadOnlyList<ReminderRow>>(
            query,
            static (session, query) =>
            {
                var rows = new List<ReminderRow>();
                var row = query(session);
                while (row.Step())
                {
                    rows.Add(new ReminderRow(
                        row.Text(0), (uint)row.Int64(1), row.Text(2), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(3)),
                        TimeSpan.FromMilliseconds(row.Int64(4)), row.Text(5)));
                }

                return rows;
            },
            cancellationToken);
}
