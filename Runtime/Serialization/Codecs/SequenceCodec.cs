using System.Runtime.CompilerServices;

namespace Orchestration.Runtime.Serialization.Codecs;

/// <summary>
/// Collections: a count; if it is not zero, a header with the elements' kind; then the elements. Only where an element is missing
/// does each of them carry a byte that says so.
/// </summary>
internal abstract class SequenceCodec<TCollection, T>(WireCodec<T> element) : WireCodec<TCollection>
{
    public override WireKind Kind => WireKind.Sequence;

    public override bool IsImmutable => false;

    protected WireCodec<T> Element { get; } = element;

    public sealed override void Prepare(HashSet<WireCodec> seen)
    {
        if (seen.Add(this)) Element.Prepare(seen);
    }

    public sealed override void Write(WireWriter writer, in TCollection value)
    {
        writer.Enter(typeof(TCollection));
        WriteItems(writer, value);
        writer.Exit();
    }

    public sealed override TCollection Read(WireReader reader)
    {
        reader.Enter(typeof(TCollection));
        var count = reader.ReadCount(Unsafe.SizeOf<T>());
        reader.Charge(64);
        var header = count == 0 ? (byte)Element.Kind : reader.ReadByte();
        CheckHeader(Element, header, isMap: false);
        var result = ReadItems(reader, count, (header & SequenceHeader.HasNulls) != 0);
        reader.Exit();
        return result;
    }

    internal static void CheckHeader<TElement>(WireCodec<TElement> element, byte header, bool isMap)
    {
        var kind = (WireKind)(header & SequenceHeader.KindMask);
        if (kind != element.Kind) throw WireErrors.WrongKind(typeof(TElement), element.Kind, kind);
        if ((header & SequenceHeader.IsMap) != 0 != isMap) throw WireErrors.Corrupt($"a {typeof(TCollection)} has another shape");
    }

    protected abstract void WriteItems(WireWriter writer, TCollection value);

    protected abstract TCollection ReadItems(WireReader reader, int count, bool nulls);

    protected void WriteSpan(WireWriter writer, ReadOnlySpan<T> items)
    {
        writer.WriteVarUInt((uint)items.Length);
        if (items.IsEmpty) return;
        if (WriteHeader(writer, HasMissing(items)))
        {
            foreach (ref readonly var item in items) WriteOptional(writer, in item);
        }
        else
        {
            foreach (ref readonly var item in items) Element.Write(writer, in item);
        }
    }

    protected bool WriteHeader(WireWriter writer, bool nulls)
    {
        writer.WriteByte((byte)((byte)Element.Kind | (nulls ? SequenceHeader.HasNulls : 0)));
        return nulls;
    }

    protected void WriteOptional(WireWriter writer, in T item)
    {
        if (Element.IsMissing(in item))
        {
            writer.WriteByte(0);
            return;
        }

        writer.WriteByte(1);
        Element.Write(writer, in item);
    }

    protected T ReadItem(WireReader reader, bool nulls) => nulls && reader.ReadByte() == 0 ? default! : Element.Read(reader);

    protected T[] ReadArray(WireReader reader, int count, bool nulls)
    {
        if (count == 0) return [];
        var items = new T[count];
        for (var i = 0; i < items.Length; i++) items[i] = ReadItem(reader, nulls);
        return items;
    }

    protected T[] CopySpan(ReadOnlySpan<T> items, int depth)
    {
        var copy = items.ToArray();
        if (Element.IsImmutable) return copy;
        for (var i = 0; i < copy.Length; i++) copy[i] = Element.CopyField(in items[i], depth + 1);
        return copy;
    }

    private bool HasMissing(ReadOnlySpan<T> items)
    {
        foreach (ref readonly var item in items)
        {
            if (Element.IsMissing(in item)) return true;
        }

        return false;
    }
}
