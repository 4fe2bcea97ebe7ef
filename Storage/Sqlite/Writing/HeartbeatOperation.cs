using System.Runtime.CompilerServices;
using System.Text.Json;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>The latest heartbeat of an attempt.</summary>
internal sealed class HeartbeatOperation(StoreKey key, long handle, HeartbeatRecord heartbeat) : WriteOperation<bool>
{
    private const string Sql =
        "INSERT INTO heartbeats(handle, command, attempt, headers, details) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "
        + "SET attempt=excluded.attempt, headers=excluded.headers, details=excluded.details WHERE excluded.attempt >= attempt";

    public override int Weight => 128 + heartbeat.Details.Data.Length;

    protected override bool Carry(WriteSession session)
    {
        var found = handle;
        if (Unsafe.IsNullRef(ref session.Locate(key, ref found))) return false;
        var headers = heartbeat.Details.Headers.Count == 0 ? null : JsonSerializer.Serialize(heartbeat.Details.Headers);
        session.Other(Sql)
            .Bind(1, found).Bind(2, heartbeat.Command).Bind(3, heartbeat.Attempt).Bind(4, headers)
            .Bind(5, heartbeat.Details.Data.Span)
            .Run();
        return true;
    }
}
