using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization.Codecs;

/// <summary>Dictionaries: a count; if it is not zero, the headers of keys and of values; then key, value, key, value.</summary>
internal abstract class MapCodec<TMap, TKey, TValue>(WireCodec<TKey> keys, WireCodec<TValue> values) : WireCodec<TMap>
    where TMap : class, IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    public override WireKind Kind => WireKind.Sequence;

    public override bool IsImmutable => false;

    protected WireCodec<TKey> Keys { get; } = keys;

    protected WireCodec<TValue> Values { get; } = values;

    public sealed override void Prepare(HashSet<WireCodec> seen)
    {
        if (!seen.Add(this)) return;
        Keys.Prepare(seen);
        Values.Prepare(seen);
    }

    public override void Write(WireWriter writer, in TMap value)
    {
        writer.Enter(typeof(TMap));
        var count = Check(value);
        writer.WriteVarUInt((uint)count);
        if (count > 0)
        {
            var nulls = value.Any(pair => Values.IsMissing(pair.Value));
            writer.WriteByte((byte)((byte)Keys.Kind | SequenceHeader.IsMap));
            writer.WriteByte((byte)((byte)Values.Kind | (nulls ? SequenceHeader.HasNulls : 0)));
            if (value is Dictionary<TKey, TValue> plain)
            {
                foreach (var pair in plain) WritePair(writer, pair, nulls);
            }
            else
            {
                foreach (var pair in value) WritePair(writer, pair, nulls);
            }
        }

        writer.Exit();
    }

    public override TMap Read(WireReader reader)
    {
        reader.Enter(typeof(TMap));
        var count = reader.ReadCount(Unsafe.SizeOf<KeyValuePair<TKey, TValue>>() + 16);
        reader.Charge(80);
        var map = new Dictionary<TKey, TValue>(count);
        if (count > 0)
        {
            SequenceCodec<TMap, TKey>.CheckHeader(Keys, reader.ReadByte(), isMap: true);
            var header = reader.ReadByte();
            SequenceCodec<TMap, TValue>.CheckHeader(Values, header, isMap: false);
            var nulls = (header & SequenceHeader.HasNulls) != 0;
            for (var i = 0; i < count; i++)
            {
                var key = Keys.Read(reader) ?? throw WireErrors.Corrupt("a key is missing");
                var value = nulls && reader.ReadByte() == 0 ? default! : Values.Read(reader);
                if (!map.TryAdd(key, value)) throw WireErrors.Corrupt("a dictionary has a key twice");
            }
        }

        reader.Exit();
        return From(map);
    }

    /// <summary>How many pairs there are, after making sure that the map can be sent.</summary>
    protected abstract int Check(TMap value);

    protected abstract TMap From(Dictionary<TKey, TValue> map);

    protected Dictionary<TKey, TValue> CopyPairs(TMap value, int count, IEqualityComparer<TKey>? comparer, int depth)
    {
        var copy = new Dictionary<TKey, TValue>(count, comparer);
        foreach (var (key, item) in value) copy.Add(Keys.CopyField(in key, depth + 1), Values.CopyField(in item, depth + 1));
        return copy;
    }

    private void WritePair(WireWriter writer, KeyValuePair<TKey, TValue> pair, bool nulls)
    {
        var (key, value) = pair;
        Keys.Write(writer, in key);
        if (nulls)
        {
            var missing = Values.IsMissing(in value);
            writer.WriteByte(missing ? (byte)0 : (byte)1);
            if (missing) return;
        }

        Values.Write(writer, in value);
    }
}

internal sealed class DictionaryCodec<TKey, TValue>(WireCodec<TKey> keys, WireCodec<TValue> values)
    : MapCodec<Dictionary<TKey, TValue>, TKey, TValue>(keys, values)
    where TKey : notnull
{
    public override Dictionary<TKey, TValue> Copy(in Dictionary<TKey, TValue> value, int depth) =>
        CopyPairs(value, value.Count, value.Comparer, depth);

    protected override int Check(Dictionary<TKey, TValue> value) =>
        Comparers.Require(value.Comparer, value.GetType(), value.Count);

    protected override Dictionary<TKey, TValue> From(Dictionary<TKey, TValue> map) => map;
}

internal sealed class ImmutableDictionaryCodec<TKey, TValue>(WireCodec<TKey> keys, WireCodec<TValue> values)
    : MapCodec<ImmutableDictionary<TKey, TValue>, TKey, TValue>(keys, values)
    where TKey : notnull
{
    public override bool IsImmutable => Keys.IsImmutable && Values.IsImmutable;

    public override ImmutableDictionary<TKey, TValue> Copy(in ImmutableDictionary<TKey, TValue> value, int depth) =>
        CopyPairs(value, value.Count, value.KeyComparer, depth).ToImmutableDictionary(value.KeyComparer, value.ValueComparer);

    protected override int Check(ImmutableDictionary<TKey, TValue> value) =>
        Comparers.Require(value.KeyComparer, value.GetType(), value.Count);

    protected override ImmutableDictionary<TKey, TValue> From(Dictionary<TKey, TValue> map) => map.ToImmutableDictionary();
}

/// <summary>
/// Members declared as a dictionary interface: a Dictionary or an ImmutableDictionary is sent, a Dictionary arrives.
/// </summary>
internal sealed class MapInterfaceCodec<TInterface, TKey, TValue>(
    WireCodec<TKey> keys, WireCodec<TValue> values, WireSerializer serializer)
    : MapCodec<TInterface, TKey, TValue>(keys, values)
    where TInterface : class, IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    public override TInterface Copy(in TInterface value, int depth) =>
        (TInterface)serializer.GetCodec(value.GetType()).CopyNamed(value, depth);

    protected override int Check(TInterface value) => value switch
    {
        Dictionary<TKey, TValue> map => Comparers.Require(map.Comparer, map.GetType(), map.Count),
        ImmutableDictionary<TKey, TValue> map => Comparers.Require(map.KeyComparer, map.GetType(), map.Count),
        _ => throw new SerializerException(
            $"A {value.GetType()} cannot be sent as a {typeof(TInterface)}: make it a Dictionary or an ImmutableDictionary."),
    };

    protected override TInterface From(Dictionary<TKey, TValue> map) => (TInterface)(object)map;
}
