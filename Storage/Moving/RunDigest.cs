using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Moving;

/// <summary>
/// A run in 256 bits: what is fixed, how it stands, every turn, every heartbeat. Handles are a store's own and left out.
/// </summary>
internal static class RunDigest
{
    public static async Task<byte[]> OfAsync(DataSetEnd end, RunRecord run, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var summary = run.Summary;
        Add(hash, run.Key.ToString());
        Add(hash, run.WorkflowType);
        Add(hash, summary.Detail ?? "");
        Add(
            hash, run.StartedAt.ToUnixTimeMilliseconds(), run.Wakes, (long)summary.Status, (long)summary.State,
            summary.WakeAt?.ToUnixTimeMilliseconds() ?? long.MinValue,
            summary.ClosedAt?.ToUnixTimeMilliseconds() ?? long.MinValue, summary.Detail is null ? 0 : 1);
        for (long? from = 1; from is { } sequence;)
        {
            var page = await end.History.ReadAsync(run.Key, run.Handle, sequence, cancellationToken: cancellationToken);
            foreach (var turn in page.Batches)
            {
                hash.AppendData(turn.TurnId.Activation.ToByteArray());
                Add(hash, turn.TurnId.Number, turn.FirstSequence, turn.EventCount, turn.Format, turn.Body.Length);
                hash.AppendData(turn.Body.Span);
            }

            from = page.NextSequence;
        }

        foreach (var beat in await end.Reader.ReadHeartbeatsAsync(run.Key, cancellationToken))
        {
            Add(hash, beat.Command, beat.Attempt, beat.Details.Data.Length);
            hash.AppendData(beat.Details.Data.Span);
            foreach (var (name, value) in beat.Details.Headers.OrderBy(static h => h.Key, StringComparer.Ordinal))
            {
                Add(hash, name);
                Add(hash, value);
            }
        }

        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Add(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, params ReadOnlySpan<long> numbers)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            hash.AppendData(bytes);
        }
    }
}
