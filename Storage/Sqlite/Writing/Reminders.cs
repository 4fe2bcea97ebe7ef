using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>A reminder, written.</summary>
internal sealed class UpsertReminder(ReminderRow row) : WriteOperation<string>
{
    private const string Sql =
        "INSERT INTO reminders(grain, name, hash, start_at, period, etag) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        + "hash=excluded.hash, start_at=excluded.start_at, period=excluded.period, etag=excluded.etag";

    private readonly string _tag = Guid.NewGuid().ToString("N");

    protected override string Carry(WriteSession session)
    {
        session.Other(Sql)
            .Bind(1, row.GrainId).Bind(2, row.Name).Bind(3, row.GrainHash).Bind(4, row.StartAt.ToUnixTimeMilliseconds())
            .Bind(5, (long)row.Period.TotalMilliseconds).Bind(6, _tag)
            .Run();
        return _tag;
    }
}

/// <summary>A reminder, removed.</summary>
internal sealed class RemoveReminder(string grain, string name, string tag) : WriteOperation<bool>
{
    protected override bool Carry(WriteSession session)
    {
        var row = session.Other("SELECT etag FROM reminders WHERE grain=? AND name=?").Bind(1, grain).Bind(2, name);
        var stored = row.Step() ? row.Text(0) : null;
        row.Reset();
        if (stored != tag) return InDoubt && stored is null;
        session.Other("DELETE FROM reminders WHERE grain=? AND name=?").Bind(1, grain).Bind(2, name).Run();
        return true;
    }
}

/// <summary>All reminders, removed.</summary>
internal sealed class ClearReminders : WriteOperation<bool>
{
    protected override bool Carry(WriteSession session)
    {
        session.Other("DELETE FROM reminders").Run();
        return true;
    }
}
