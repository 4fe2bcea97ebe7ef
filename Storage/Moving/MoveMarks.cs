using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Moving;

/// <summary>
/// What a move leaves in the stores: in the target how far it has come, in the source that it was moved away. A silo that starts
/// looks here, so that neither a half nor an abandoned data set is run.
/// </summary>
public static partial class MoveMarks
{
    internal const string Kind = "orchestration.move";
    private const string ProgressKey = "progress";
    private const string MovedKey = "moved";

    /// <summary>Refuses a store into which a move is not finished, or from which one was.</summary>
    /// <exception cref="StoreRefused">So it is (ORCH0104).</exception>
    public static async Task CheckAsync(ISmallStateStore states, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(states);
        if (await ReadAsync(states, cancellationToken) is { Progress.Phase: not MovePhase.Done })
            throw new StoreRefused(
                FaultCodes.StoreUnfit,
                "A move into this store was cut short. Run the same move again: it goes on where it ended. Or empty the store.");
        if (await states.ReadAsync(Kind, MovedKey, cancellationToken) is { } moved)
            throw new StoreRefused(
                FaultCodes.StoreUnfit,
                $"This data set was moved away, to {JsonSerializer.Deserialize(moved.Data.Span, MoveJson.Default.String)}. Start "
                + "silos over that store. To go back, move it back into an empty store.");
    }

    internal static async Task<(MoveProgress Progress, string ETag)?> ReadAsync(
        ISmallStateStore states, CancellationToken cancellationToken)
    {
        if (await states.ReadAsync(Kind, ProgressKey, cancellationToken) is not { } state) return null;
        return (JsonSerializer.Deserialize(state.Data.Span, MoveJson.Default.MoveProgress)!, state.ETag);
    }

    internal static async Task<string> WriteAsync(
        ISmallStateStore states, MoveProgress progress, string? etag, CancellationToken cancellationToken) =>
        await states.WriteAsync(
            Kind, ProgressKey, etag, JsonSerializer.SerializeToUtf8Bytes(progress, MoveJson.Default.MoveProgress),
            cancellationToken)
        ?? throw new MoveFailed("Another move writes into the same target. Let one of them end, and run it again.");

    internal static async Task RetireAsync(ISmallStateStore states, string target, CancellationToken cancellationToken)
    {
        var there = await states.ReadAsync(Kind, MovedKey, cancellationToken);
        await states.WriteAsync(
            Kind, MovedKey, there?.ETag, JsonSerializer.SerializeToUtf8Bytes(target, MoveJson.Default.String),
            cancellationToken);
    }

    [JsonSerializable(typeof(MoveProgress))]
    [JsonSerializable(typeof(string))]
    private sealed partial class MoveJson : JsonSerializerContext;
}
