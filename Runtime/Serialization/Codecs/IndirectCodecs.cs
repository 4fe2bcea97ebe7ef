using Orleans;

namespace Orchestration.Runtime.Serialization.Codecs;

internal sealed class NullableCodec<T>(WireCodec<T> inner) : WireCodec<T?>
    where T : struct
{
    public override WireKind Kind => inner.Kind;

    public override bool IsImmutable => inner.IsImmutable;

    public override void Prepare(HashSet<WireCodec> seen)
    {
        if (seen.Add(this)) inner.Prepare(seen);
    }

    public override void Write(WireWriter writer, in T? value) =>
        inner.Write(writer, in Nullable.GetValueRefOrDefaultRef(in value));

    public override T? Read(WireReader reader) => inner.Read(reader);

    public override T? Copy(in T? value, int depth) => inner.Copy(in Nullable.GetValueRefOrDefaultRef(in value), depth);
}

/// <summary>Object, interfaces and abstract classes: the value's own type is always named.</summary>
internal sealed class AbstractCodec<T>(WireSerializer serializer) : WireCodec<T>
    where T : class
{
    public override WireKind Kind => WireKind.Object;

    public override bool IsImmutable => false;

    public override void Write(WireWriter writer, in T value) =>
        serializer.GetCodec(value.GetType()).WriteNamed(writer, value, serializer.Names);

    public override T Read(WireReader reader)
    {
        var number = reader.ReadType(out var boxed) ?? throw WireErrors.Corrupt($"a {typeof(T)} does not name its type");
        var value = reader.ResolveType(number, serializer).ReadNamed(reader, boxed);
        return value as T ?? throw WireErrors.WrongType(typeof(T), value.GetType());
    }

    public override T Copy(in T value, int depth) => (T)serializer.GetCodec(value.GetType()).CopyNamed(value, depth);
}

/// <summary>A type of which a registered <see cref="IConverter{TValue, TSurrogate}"/> makes something that can be sent.</summary>
internal sealed class ConverterCodec<TValue, TSurrogate>(
    IConverter<TValue, TSurrogate> converter, WireCodec<TSurrogate> surrogate, bool immutable) : WireCodec<TValue>
    where TSurrogate : struct
{
    public override WireKind Kind => surrogate.Kind;

    public override bool IsImmutable => immutable;

    public override void Prepare(HashSet<WireCodec> seen)
    {
        if (seen.Add(this)) surrogate.Prepare(seen);
    }

    public override void Write(WireWriter writer, in TValue value) =>
        surrogate.Write(writer, converter.ConvertToSurrogate(in value));

    public override TValue Read(WireReader reader) => converter.ConvertFromSurrogate(surrogate.Read(reader));

    public override TValue Copy(in TValue value, int depth) =>
        converter.ConvertFromSurrogate(surrogate.CopyField(converter.ConvertToSurrogate(in value), depth + 1));
}
