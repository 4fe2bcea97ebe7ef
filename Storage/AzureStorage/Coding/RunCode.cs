using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Coding;

/// <summary>How what is known of runs is written in both forms of the store.</summary>
internal static class RunCode
{
    public static void Write(ByteWriter writer, RunSummary summary) => writer
        .Number((int)summary.Status).Number((int)summary.State).Optional(summary.WakeAt?.ToUnixTimeMilliseconds())
        .Optional(summary.ClosedAt?.ToUnixTimeMilliseconds()).Optional(summary.Detail);

    public static RunSummary ReadSummary(ref ByteReader reader) => new(
        (WorkflowStatus)reader.Number(), (RunState)reader.Number(), Time(reader.OptionalNumber()), Time(reader.OptionalNumber()),
        reader.OptionalText());

    public static void Write(ByteWriter writer, TurnId turn) => writer.Guid(turn.Activation).Number(turn.Number);

    public static TurnId ReadTurn(ref ByteReader reader) => new(reader.Guid(), reader.Number());

    public static void Write(ByteWriter writer, Payload payload)
    {
        writer.Number(payload.Headers.Count);
        foreach (var (name, value) in payload.Headers.OrderBy(static h => h.Key, StringComparer.Ordinal))
            writer.Text(name).Text(value);
        writer.Bytes(payload.Data.Span);
    }

    public static Payload ReadPayload(ref ByteReader reader)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var left = reader.Count(); left > 0; left--) headers[reader.Text()] = reader.Text();
        return new Payload(reader.Bytes().ToArray(), headers);
    }

    public static void Write(ByteWriter writer, HeartbeatRecord heartbeat)
    {
        writer.Number(heartbeat.Command).Number(heartbeat.Attempt);
        Write(writer, heartbeat.Details);
    }

    public static HeartbeatRecord ReadHeartbeat(ref ByteReader reader) =>
        new(reader.Number(), (int)reader.Number(), ReadPayload(ref reader));

    public static WorkflowKey ReadKey(ref ByteReader reader) => new(reader.Text(), new WorkflowId(reader.Text()));

    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } value ? Time(value) : null;
}
