namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>A small state, written on the condition of its tag.</summary>
internal sealed class WriteState(string kind, string key, string? tag, ReadOnlyMemory<byte> data) : WriteOperation<string?>
{
    private const string Sql =
        "INSERT INTO states(kind, key, etag, data) VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE "
        + "SET etag=excluded.etag, data=excluded.data";

    private readonly string _next = Guid.NewGuid().ToString("N");

    public override int Weight => 128 + data.Length;

    protected override string? Carry(WriteSession session)
    {
        var stored = States.Tag(session, kind, key);
        if (InDoubt && stored == _next) return _next;
        if (stored != tag) return null;
        session.Other(Sql).Bind(1, kind).Bind(2, key).Bind(3, _next).Bind(4, data.Span).Run();
        return _next;
    }
}

/// <summary>A small state, removed on the condition of its tag.</summary>
internal sealed class ClearState(string kind, string key, string? tag) : WriteOperation<bool>
{
    protected override bool Carry(WriteSession session)
    {
        var stored = States.Tag(session, kind, key);
        if (stored != tag) return InDoubt && stored is null;
        if (stored is not null) session.Other("DELETE FROM states WHERE kind=? AND key=?").Bind(1, kind).Bind(2, key).Run();
        return true;
    }
}

/// <summary>What both need.</summary>
internal static class States
{
    public static string? Tag(WriteSession session, string kind, string key)
    {
        var row = session.Other("SELECT etag FROM states WHERE kind=? AND key=?").Bind(1, kind).Bind(2, key);
        var tag = row.Step() ? row.Text(0) : null;
        row.Reset();
        return tag;
    }
}
