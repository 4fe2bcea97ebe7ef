using System.Text.Json;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>The latest heartbeat of an attempt.</summary>
internal sealed class HeartbeatOperation(StoreKey key, long handle, HeartbeatRecord heartbeat) : WriteOperation<bool>(key, handle)
{
    public HeartbeatRecord Heartbeat => heartbeat;

    public string? Headers { get; } =
        heartbeat.Details.Headers.Count == 0 ? null : JsonSerializer.Serialize(heartbeat.Details.Headers);

    public override int Weight => 128 + heartbeat.Details.Data.Length;

    public override void AddTo(Group group) => group.Heartbeats.Add(this);

    public override void Settle(Found found)
    {
        if (found.Handle == 0) Settle(false);
        else Handle = found.Handle;
    }
}
