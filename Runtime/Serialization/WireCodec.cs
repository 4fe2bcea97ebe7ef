using System.Runtime.CompilerServices;
using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization;

/// <summary>Writes, reads and copies the values of one type. Codecs are immutable once made, and shared by all threads.</summary>
internal abstract class WireCodec
{
    /// <summary>The type whose values this codec writes.</summary>
    public abstract Type Type { get; }

    /// <summary>The form in which a value is written.</summary>
    public abstract WireKind Kind { get; }

    /// <summary>Whether values never change, so that a local call can hand on the same reference.</summary>
    public virtual bool IsImmutable => true;

    /// <summary>Makes sure that all that can be reached through the type's declared members has a codec.</summary>
    /// <exception cref="SerializerException">A member's type cannot be serialised.</exception>
    public virtual void Prepare(HashSet<WireCodec> seen) => seen.Add(this);

    /// <summary>Writes what follows a type designator that names <see cref="Type"/> (designator included).</summary>
    public abstract void WriteNamed(WireWriter writer, object value, WireTypeNames names);

    /// <summary>Reads what follows a type designator that names <see cref="Type"/>.</summary>
    public abstract object ReadNamed(WireReader reader, bool boxed);

    /// <summary>A copy that shares nothing mutable with the value.</summary>
    public abstract object CopyNamed(object value, int depth);
}

/// <inheritdoc/>
internal abstract class WireCodec<T> : WireCodec
{
    public sealed override Type Type => typeof(T);

    /// <summary>Writes a value that is not missing: the payload alone.</summary>
    public abstract void Write(WireWriter writer, in T value);

    /// <summary>Reads the payload that <see cref="Write"/> wrote.</summary>
    public abstract T Read(WireReader reader);

    /// <summary>Copies a value that is not missing.</summary>
    public virtual T Copy(in T value, int depth) => value;

    /// <summary>Whether there is no value to write: null, an empty nullable, a default immutable array.</summary>
    public virtual bool IsMissing(in T value) => value is null;

    /// <summary>Whether a field with this value may be left out, since a reader supplies the same.</summary>
    public virtual bool IsDefault(in T value) => IsMissing(in value);

    /// <summary>Writes a field unless it has its default value.</summary>
    public void WriteField(WireWriter writer, uint id, in T value)
    {
        if (IsDefault(in value)) return;
        writer.WriteTag(id, Kind);
        Write(writer, in value);
    }

    /// <summary>Writes a field also when it has its default value: for classes whose constructor may set another one.</summary>
    public void WriteEveryField(WireWriter writer, uint id, in T value)
    {
        if (IsDefault(in value)) writer.WriteVarUInt(WireTags.Default(id));
        else WriteField(writer, id, in value);
    }

    public T ReadField(WireReader reader, uint tag)
    {
        var kind = WireTags.Kind(tag);
        if (kind == Kind) return Read(reader);
        return kind == WireKind.Special ? default! : throw WireErrors.WrongKind(typeof(T), Kind, kind);
    }

    public T CopyField(in T value, int depth) => IsImmutable || IsMissing(in value) ? value : Copy(in value, depth);

    /// <summary>Writes a value that stands alone, missing ones included: its kind, then its payload.</summary>
    public void WriteSlot(WireWriter writer, in T value)
    {
        if (IsMissing(in value))
        {
            writer.WriteByte((byte)WireKind.Special);
            return;
        }

        writer.WriteByte((byte)Kind);
        Write(writer, in value);
    }

    public T ReadSlot(WireReader reader) => ReadField(reader, reader.ReadByte());

    public override void WriteNamed(WireWriter writer, object value, WireTypeNames names)
    {
        writer.Enter(typeof(T));
        writer.WriteType(typeof(T), names, boxed: true);
        writer.WriteByte((byte)Kind);
        Write(writer, (T)value);
        writer.Exit();
    }

    public override object ReadNamed(WireReader reader, bool boxed)
    {
        if (!boxed) throw WireErrors.Corrupt($"a {typeof(T)} is written as an object");
        var kind = (WireKind)reader.ReadByte();
        if (kind != Kind) throw WireErrors.WrongKind(typeof(T), Kind, kind);
        reader.Enter(typeof(T));
        object? value = Read(reader);
        reader.Exit();
        return value ?? throw WireErrors.Corrupt($"a {typeof(T)} is missing");
    }

    public override object CopyNamed(object value, int depth) => IsImmutable ? value : Copy((T)value, depth)!;

    protected static int SizeOfElement => Unsafe.SizeOf<T>();
}
