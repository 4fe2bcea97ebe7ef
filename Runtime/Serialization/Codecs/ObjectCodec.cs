using System.Runtime.CompilerServices;

namespace Orchestration.Runtime.Serialization.Codecs;

/// <summary>
/// Classes, records and structs with numbered members. A value of the declared type itself costs one byte for its type; one of a
/// derived type names it.
/// </summary>
internal sealed class ObjectCodec<T>(WireShape shape, WireSerializer serializer) : WireCodec<T>, IMembersCodec
{
    private static readonly bool MayBeDerived = !typeof(T).IsValueType && !typeof(T).IsSealed;

    private WireEmitter? _emitter;
    private BodyWriter<T>? _write;
    private BodyReader<T>? _read;
    private BodyCopier<T>? _copy;
    private int? _immutable;

    public override WireKind Kind => WireKind.Object;

    public override bool IsImmutable
    {
        get
        {
            if (_immutable is { } known) return known != 0;
            if (shape.IsImmutable) return (_immutable = 1) != 0;

            // A struct is copied by being passed; while its members are looked at it counts as changeable, which ends recursion.
            if (!typeof(T).IsValueType) return (_immutable = 0) != 0;
            if (!RuntimeHelpers.IsReferenceOrContainsReferences<T>()) return (_immutable = 1) != 0;
            if (t_looking is not null && t_looking.Contains(typeof(T))) return false;
            (t_looking ??= []).Add(typeof(T));
            try
            {
                return (_immutable = Emitter.HasOnlyImmutableMembers ? 1 : 0) != 0;
            }
            finally
            {
                t_looking.Remove(typeof(T));
            }
        }
    }

    private WireEmitter Emitter => _emitter ??= new WireEmitter(shape, serializer);

    // Code is compiled at first use and not when the codec is made, since types may refer to each other. Two threads that come
    // first at once both compile, and one result is dropped.
    private BodyWriter<T> Writer => _write ??= Emitter.CompileWriter<T>();

    private BodyReader<T> Reader => _read ??= Emitter.CompileReader<T>();

    private BodyCopier<T> Copier => _copy ??= Emitter.CompileCopier<T>();

    public override void Prepare(HashSet<WireCodec> seen)
    {
        if (!seen.Add(this)) return;
        foreach (var codec in Emitter.Codecs) codec.Prepare(seen);
    }

    public override void Write(WireWriter writer, in T value)
    {
        if (MayBeDerived && value!.GetType() != typeof(T))
        {
            serializer.GetCodec(value.GetType()).WriteNamed(writer, value, serializer.Names);
            return;
        }

        writer.WriteByte(0);
        WriteBody(writer, in value);
    }

    public override T Read(WireReader reader)
    {
        if (reader.ReadType(out var boxed) is not { } number) return ReadBody(reader);
        var value = reader.ResolveType(number, serializer).ReadNamed(reader, boxed);
        return value is T fitting ? fitting : throw WireErrors.WrongType(typeof(T), value.GetType());
    }

    public override T Copy(in T value, int depth)
    {
        if (MayBeDerived && value!.GetType() != typeof(T)) return (T)serializer.GetCodec(value.GetType()).CopyNamed(value, depth);
        return depth > serializer.Limits.MaxDepth
            ? throw WireErrors.TooDeep(typeof(T), serializer.Limits.MaxDepth)
            : Copier(ref Unsafe.AsRef(in value), depth + 1);
    }

    public override void WriteNamed(WireWriter writer, object value, WireTypeNames names)
    {
        writer.WriteType(typeof(T), names, boxed: false);
        WriteBody(writer, (T)value);
    }

    public override object ReadNamed(WireReader reader, bool boxed)
    {
        if (boxed) throw WireErrors.Corrupt($"a {typeof(T)} is written as a single value");
        return ReadBody(reader)!;
    }

    /// <summary>Writes the members up to and with the end mark.</summary>
    public void WriteBody(WireWriter writer, in T value)
    {
        writer.Enter(typeof(T));
        Writer(writer, ref Unsafe.AsRef(in value));
        writer.Exit();
    }

    public void WriteOwn(WireWriter writer, object value)
    {
        writer.WriteByte(0);
        WriteBody(writer, (T)value);
    }

    public object ReadOwn(WireReader reader) =>
        reader.ReadType(out _) is null ? ReadBody(reader)! : throw WireErrors.Corrupt("members name their type twice");

    private T ReadBody(WireReader reader)
    {
        reader.Enter(typeof(T));
        if (!typeof(T).IsValueType) reader.Charge(shape.ApproximateBytes);
        var value = Reader(reader);
        reader.Exit();
        return value;
    }

    [ThreadStatic]
    private static HashSet<Type>? t_looking;
}
