using System.Buffers.Binary;
using System.Security.Cryptography;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>
/// Ids of runs that a run brings about. They follow from its own id alone, so that whatever is repeated, after whatever crash,
/// names
/// the same run.
/// </summary>
internal static class RunIds
{
    /// <summary>The first run of a child that a command starts.</summary>
    public static RunId OfCommand(RunId parent, long command) => Derive(parent, 1, command);

    /// <summary>The run of a child's later attempt.</summary>
    public static RunId OfChild(RunId firstAttempt, int attempt) => Derive(firstAttempt, 2, attempt);

    /// <summary>The run that continues a run.</summary>
    public static RunId OfSuccessor(RunId run) => Derive(run, 3, 0);

    private static RunId Derive(RunId from, byte kind, long number)
    {
        Span<byte> text = stackalloc byte[25];
        from.Value.TryWriteBytes(text, bigEndian: true, out _);
        text[16] = kind;
        BinaryPrimitives.WriteInt64BigEndian(text[17..], number);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(text, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80); // a version of its own kind, as the standard wants it
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new RunId(new Guid(hash[..16], bigEndian: true));
    }
}
