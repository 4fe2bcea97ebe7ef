using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Transport;
using Orleans.Runtime;

namespace Orchestration.Runtime.Gateway;

/// <summary>What the head of a request frame says.</summary>
/// <param name="Id">The number by which the answer will name the call.</param>
/// <param name="Flags">What follows, and how it is to be treated.</param>
/// <param name="Method">Interface and method.</param>
internal readonly record struct RequestHead(long Id, RequestFlags Flags, ulong Method);

[Flags]
internal enum RequestFlags : byte
{
    None = 0,
    OneWay = 1,
    HasTimeToLive = 2,
    HasContext = 4,

    /// <summary>Between silos: how often the call was passed on.</summary>
    HasForwards = 8,
}

/// <summary>How an answer is to be read.</summary>
internal enum ResponseStatus : byte
{
    Result = 0,
    Error = 1,
}

/// <summary>
/// The payloads of request, response and cancel frames. A whole frame, header included, lies in the writer afterwards.
/// </summary>
internal static class MessageFormat
{
    public static void WriteRequest(WireWriter writer, Request request, long id, TimeSpan timeToLive)
    {
        var start = Begin(writer, FrameKind.Request);
        writer.WriteVarUInt((ulong)id);
        var flags = (request.Method.OneWay ? RequestFlags.OneWay : RequestFlags.HasTimeToLive)
            | (request.Context is { Count: > 0 } ? RequestFlags.HasContext : RequestFlags.None)
            | (request.ForwardCount != 0 ? RequestFlags.HasForwards : RequestFlags.None);
        writer.WriteByte((byte)flags);
        writer.WriteFixed64(request.Method.WireId);
        writer.WriteBytes(request.Target.Type.AsSpan());
        writer.WriteBytes(request.Target.Key.AsSpan());
        if ((flags & RequestFlags.HasTimeToLive) != 0) writer.WriteVarUInt((ulong)Math.Max(0, timeToLive.TotalMilliseconds));
        if ((flags & RequestFlags.HasForwards) != 0) writer.WriteVarUInt((uint)request.ForwardCount);
        if ((flags & RequestFlags.HasContext) != 0) writer.Write(request.Context);
        request.WriteArguments(writer);
        End(writer, start);
    }

    public static RequestHead ReadHead(WireReader reader) =>
        new((long)reader.ReadVarUInt(), (RequestFlags)reader.ReadByte(), reader.ReadFixed64());

    /// <summary>
    /// Writes an answer. An outcome that cannot be sent becomes the error that says so, since the caller must be told something.
    /// </summary>
    public static void WriteResponse(WireWriter writer, Request request)
    {
        var start = writer.Length;
        try
        {
            Begin(writer, FrameKind.Response);
            writer.WriteVarUInt((ulong)request.Id);
            writer.WriteByte((byte)(request.Exception is null ? ResponseStatus.Result : ResponseStatus.Error));
            if (request.Exception is { } exception) writer.Write(exception);
            else request.WriteResult(writer);
            End(writer, start);
        }
        catch (Exception e) when (request.Exception is null)
        {
            writer.Truncate(start);
            WriteError(writer, request.Id, e);
        }
        catch (Exception e)
        {
            writer.Truncate(start);
            WriteError(writer, request.Id, new OrleansException(
                $"The call failed with {request.Exception!.GetType()}: {request.Exception.Message}. "
                + $"This error could not be sent: {e.Message}"));
        }
    }

    public static void WriteError(WireWriter writer, long id, Exception error)
    {
        var start = Begin(writer, FrameKind.Response);
        writer.WriteVarUInt((ulong)id);
        writer.WriteByte((byte)ResponseStatus.Error);
        writer.Write(error);
        End(writer, start);
    }

    public static void WriteCancel(WireWriter writer, long id)
    {
        var start = Begin(writer, FrameKind.Cancel);
        writer.WriteVarUInt((ulong)id);
        End(writer, start);
    }

    public static int Begin(WireWriter writer, FrameKind kind)
    {
        var start = writer.Length;
        writer.WriteFixed32(0);
        writer.WriteByte((byte)kind);
        return start;
    }

    public static void End(WireWriter writer, int start) => writer.PatchInt32(start, writer.Length - start - sizeof(int));
}
