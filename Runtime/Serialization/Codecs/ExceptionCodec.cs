namespace Orchestration.Runtime.Serialization.Codecs;

/// <summary>
/// Exceptions: type, message, stack and inner exceptions as text and data, and the numbered members of those that have
/// [GenerateSerializer]. A type that the reader does not have, or may not make, arrives as a stand-in that tells its name.
/// </summary>
internal sealed class ExceptionCodec<T>(WireSerializer serializer) : WireCodec<T>
    where T : Exception
{
    private const uint TypeField = 0;
    private const uint MessageField = 1;
    private const uint StackField = 2;
    private const uint InnerField = 3;
    private const uint ResultField = 4;
    private const uint MembersField = 5;
    private const int MaxText = 64 * 1024;

    public override WireKind Kind => WireKind.Object;

    public override void Write(WireWriter writer, in T value) => WriteParts(writer, value);

    public override T Read(WireReader reader)
    {
        if (reader.ReadType(out _) is not null) throw WireErrors.Corrupt("an exception names its type twice");
        var exception = ReadBody(reader);
        return exception as T ?? throw WireErrors.WrongType(typeof(T), exception.GetType());
    }

    public override void WriteNamed(WireWriter writer, object value, WireTypeNames names)
    {
        writer.WriteType(typeof(Exception), names, boxed: true);
        writer.WriteByte((byte)Kind);
        WriteParts(writer, (Exception)value);
    }

    private void WriteParts(WireWriter writer, Exception value)
    {
        writer.Enter(typeof(Exception));
        writer.WriteByte(0);
        var type = value.GetType();
        var own = ExceptionTypes.MembersOf(type, serializer);
        WriteText(writer, TypeField, own is null ? type.FullName : serializer.Names.NameOf(type));
        WriteText(writer, MessageField, value.Message);
        WriteText(writer, StackField, value.StackTrace);
        if (value is AggregateException aggregate)
        {
            foreach (var inner in aggregate.InnerExceptions) WriteInner(writer, inner);
        }
        else if (value.InnerException is { } inner)
        {
            WriteInner(writer, inner);
        }

        writer.WriteTag(ResultField, WireKind.VarInt);
        writer.WriteVarInt(value.HResult);
        if (own is not null)
        {
            writer.WriteTag(MembersField, WireKind.Object);
            own.WriteOwn(writer, value);
        }

        writer.WriteByte((byte)WireTags.EndObject);
        writer.Exit();
    }

    private void WriteInner(WireWriter writer, Exception inner)
    {
        writer.WriteTag(InnerField, WireKind.Object);
        WriteParts(writer, inner);
    }

    private static void WriteText(WireWriter writer, uint id, string? text)
    {
        if (text is null) return;
        writer.WriteTag(id, WireKind.Bytes);
        writer.WriteString(text.Length <= MaxText ? text : text[..MaxText]);
    }

    private Exception ReadBody(WireReader reader)
    {
        reader.Enter(typeof(Exception));
        reader.Charge(256);
        var parts = new ExceptionParts();
        for (var tag = reader.ReadTag(); tag != WireTags.EndObject; tag = reader.ReadTag())
        {
            switch (WireTags.Id(tag), WireTags.Kind(tag))
            {
                case (TypeField, WireKind.Bytes): parts.TypeName = reader.ReadString(); break;
                case (MessageField, WireKind.Bytes): parts.Message = reader.ReadString(); break;
                case (StackField, WireKind.Bytes): parts.Stack = reader.ReadString(); break;
                case (InnerField, WireKind.Object):
                    if (reader.ReadType(out _) is not null) throw WireErrors.Corrupt("an exception names its type twice");
                    parts.Inner.Add(ReadBody(reader));
                    break;
                case (ResultField, WireKind.VarInt): parts.Result = (int)reader.ReadVarInt(); break;
                case (MembersField, WireKind.Object):
                    if (ExceptionTypes.Find(parts.TypeName, serializer.Names) is { } type
                        && ExceptionTypes.MembersOf(type, serializer) is { } own)
                        parts.Instance = own.ReadOwn(reader) as Exception;
                    else reader.SkipField(tag);
                    break;
                default: reader.SkipField(tag); break;
            }
        }

        reader.Exit();
        return ExceptionTypes.Make(parts, serializer.Names);
    }
}
