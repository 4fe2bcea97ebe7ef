using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization.Codecs;

internal sealed class ArrayCodec<T>(WireCodec<T> element) : SequenceCodec<T[], T>(element)
{
    public override T[] Copy(in T[] value, int depth) => CopySpan(value, depth);

    protected override void WriteItems(WireWriter writer, T[] value) => WriteSpan(writer, value);

    protected override T[] ReadItems(WireReader reader, int count, bool nulls) => ReadArray(reader, count, nulls);
}

internal sealed class ImmutableArrayCodec<T>(WireCodec<T> element) : SequenceCodec<ImmutableArray<T>, T>(element)
{
    public override bool IsImmutable => Element.IsImmutable;

    public override bool IsMissing(in ImmutableArray<T> value) => value.IsDefault;

    public override ImmutableArray<T> Copy(in ImmutableArray<T> value, int depth) =>
        ImmutableCollectionsMarshal.AsImmutableArray(CopySpan(value.AsSpan(), depth));

    protected override void WriteItems(WireWriter writer, ImmutableArray<T> value) => WriteSpan(writer, value.AsSpan());

    protected override ImmutableArray<T> ReadItems(WireReader reader, int count, bool nulls) =>
        ImmutableCollectionsMarshal.AsImmutableArray(ReadArray(reader, count, nulls));
}

internal sealed class ListCodec<T>(WireCodec<T> element) : SequenceCodec<List<T>, T>(element)
{
    public override List<T> Copy(in List<T> value, int depth)
    {
        if (Element.IsImmutable) return [.. value];
        var copy = new List<T>(value.Count);
        foreach (var item in value) copy.Add(Element.CopyField(in item, depth + 1));
        return copy;
    }

    protected override void WriteItems(WireWriter writer, List<T> value) => WriteSpan(writer, CollectionsMarshal.AsSpan(value));

    protected override List<T> ReadItems(WireReader reader, int count, bool nulls)
    {
        var items = new List<T>(count);
        for (var i = 0; i < count; i++) items.Add(ReadItem(reader, nulls));
        return items;
    }
}

internal sealed class HashSetCodec<T>(WireCodec<T> element) : SequenceCodec<HashSet<T>, T>(element)
{
    public override HashSet<T> Copy(in HashSet<T> value, int depth)
    {
        var copy = new HashSet<T>(value.Count, value.Comparer);
        foreach (var item in value) copy.Add(Element.CopyField(in item, depth + 1));
        return copy;
    }

    protected override void WriteItems(WireWriter writer, HashSet<T> value)
    {
        writer.WriteVarUInt((uint)Comparers.Require(value.Comparer, typeof(HashSet<T>), value.Count));
        if (value.Count == 0) return;
        var nulls = WriteHeader(writer, default(T) is null && value.Contains(default!));
        foreach (var item in value)
        {
            if (nulls) WriteOptional(writer, in item);
            else Element.Write(writer, in item);
        }
    }

    protected override HashSet<T> ReadItems(WireReader reader, int count, bool nulls)
    {
        reader.Charge(count * 16L);
        var items = new HashSet<T>(count);
        for (var i = 0; i < count; i++)
        {
            if (!items.Add(ReadItem(reader, nulls))) throw WireErrors.Corrupt("a set has an element twice");
        }

        return items;
    }
}

/// <summary>
/// Members declared as a read-only or general interface. What is sent must be an array, a list or an immutable array; what
/// arrives is an array for the read-only interfaces and a list for the others.
/// </summary>
internal sealed class ListInterfaceCodec<TInterface, T>(WireCodec<T> element, WireSerializer serializer)
    : SequenceCodec<TInterface, T>(element)
    where TInterface : class, IEnumerable<T>
{
    private static readonly bool ReadsArray = !typeof(TInterface).IsAssignableTo(typeof(ICollection<T>));

    public override TInterface Copy(in TInterface value, int depth) =>
        (TInterface)serializer.GetCodec(value.GetType()).CopyNamed(value, depth);

    protected override void WriteItems(WireWriter writer, TInterface value)
    {
        switch (value)
        {
            case T[] array: WriteSpan(writer, array); break;
            case List<T> list: WriteSpan(writer, CollectionsMarshal.AsSpan(list)); break;
            case ImmutableArray<T> { IsDefault: false } immutable: WriteSpan(writer, immutable.AsSpan()); break;
            default:
                throw new SerializerException(
                $"A {value.GetType()} cannot be sent as a {typeof(TInterface)}: make it an array, a List or an ImmutableArray.");
        }
    }

    protected override TInterface ReadItems(WireReader reader, int count, bool nulls)
    {
        var items = ReadArray(reader, count, nulls);
        return (TInterface)(object)(ReadsArray ? items : new List<T>(items));
    }
}
