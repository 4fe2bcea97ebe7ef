using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Orchestration.Runtime.Serialization;

/// <summary>Writes the members of a value, up to and with the end mark.</summary>
internal delegate void BodyWriter<T>(WireWriter writer, ref T value);

/// <summary>Makes a value and sets its members from what <see cref="BodyWriter{T}"/> wrote.</summary>
internal delegate T BodyReader<T>(WireReader reader);

/// <summary>Makes a value with copies of the members.</summary>
internal delegate T BodyCopier<T>(ref T value, int depth);

/// <summary>
/// Compiles the code that writes, reads and copies the members of one type. The code calls the members' codecs directly and
/// touches fields where there are any, also private and read-only ones, so that nothing is boxed and init-only members can be
/// set.
/// </summary>
internal sealed class WireEmitter
{
    private static readonly MethodInfo s_as = typeof(Unsafe).GetMethods()
        .Single(static method => method.Name == nameof(Unsafe.As) && method.GetGenericArguments().Length == 1);

    private static readonly MethodInfo s_same =
        typeof(WireEmitter).GetMethod(nameof(Same), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly WireShape _shape;
    private readonly List<(WireMember Member, WireCodec Codec)[]> _levels = [];
    private readonly object[] _closure;

    public WireEmitter(WireShape shape, WireSerializer serializer)
    {
        _shape = shape;
        foreach (var level in shape.Levels)
            _levels.Add([.. level.Select(member => (member, serializer.GetCodec(member.Type)))]);
        _closure = [shape.Type, .. _levels.SelectMany(static level => level).Select(static entry => entry.Codec)];
    }

    /// <summary>The members' codecs.</summary>
    public IEnumerable<WireCodec> Codecs => _closure.Skip(1).Cast<WireCodec>();

    /// <summary>Whether no member can change what another holder of the same value sees.</summary>
    public bool HasOnlyImmutableMembers =>
        _levels.TrueForAll(static level =>
            Array.TrueForAll(level, static entry => entry.Member.IsImmutable || entry.Codec.IsImmutable));

    public BodyWriter<T> CompileWriter<T>()
    {
        var method = Method("Write", typeof(void), typeof(WireWriter), typeof(T).MakeByRefType());
        var il = method.GetILGenerator();
        var write = _shape.Constructor is null ? nameof(WireCodec<>.WriteField) : nameof(WireCodec<>.WriteEveryField);
        var slot = 1;
        for (var i = 0; i < _levels.Count; i++)
        {
            foreach (var (member, _) in _levels[i])
            {
                LoadCodec(il, slot++, member.Type);
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Ldc_I4, (int)member.Id);
                LoadMemberAddress(il, member, OpCodes.Ldarg_2);
                il.Emit(OpCodes.Call, CodecMethod(member.Type, write));
            }

            WriteMark(il, i == _levels.Count - 1 ? WireTags.EndObject : WireTags.EndBase);
        }

        if (_levels.Count == 0) WriteMark(il, WireTags.EndObject);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<BodyWriter<T>>(_closure);
    }

    public BodyReader<T> CompileReader<T>()
    {
        var method = Method("Read", typeof(T), typeof(WireReader));
        var il = method.GetILGenerator();
        var value = il.DeclareLocal(typeof(T));
        var tag = il.DeclareLocal(typeof(uint));
        var done = il.DefineLabel();
        Make(il, value);
        var slot = 1;
        foreach (var level in _levels)
        {
            var next = il.DefineLabel();
            var end = il.DefineLabel();
            il.MarkLabel(next);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Call, typeof(WireReader).GetMethod(nameof(WireReader.ReadTag))!);
            il.Emit(OpCodes.Stloc, tag);
            BranchIfTag(il, tag, WireTags.EndObject, done);
            BranchIfTag(il, tag, WireTags.EndBase, end);
            foreach (var (member, _) in level) ReadMember(il, value, tag, slot++, member, next);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldloc, tag);
            il.Emit(OpCodes.Call, typeof(WireReader).GetMethod(nameof(WireReader.SkipField))!);
            il.Emit(OpCodes.Br, next);
            il.MarkLabel(end);
        }

        // Only a type with more levels than this one knows gets here.
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, typeof(WireReader).GetMethod(nameof(WireReader.SkipToEndOfObject))!);
        il.MarkLabel(done);
        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<BodyReader<T>>(_closure);
    }

    public BodyCopier<T> CompileCopier<T>()
    {
        var method = Method("Copy", typeof(T), typeof(T).MakeByRefType(), typeof(int));
        var il = method.GetILGenerator();
        var copy = il.DeclareLocal(typeof(T));
        if (typeof(T).IsValueType)
        {
            // Members that are not sent stay as they are.
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldobj, typeof(T));
            il.Emit(OpCodes.Stloc, copy);
        }
        else
        {
            Make(il, copy);
        }

        var slot = 0;
        foreach (var (member, codec) in _levels.SelectMany(static level => level))
        {
            slot++;
            if (typeof(T).IsValueType && codec.IsImmutable) continue;
            LoadInstance(il, copy);
            LoadCodec(il, slot, member.Type);
            LoadMemberAddress(il, member, OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Call, member.IsImmutable
                ? s_same.MakeGenericMethod(member.Type)
                : CodecMethod(member.Type, nameof(WireCodec<>.CopyField)));
            StoreMember(il, member);
        }

        il.Emit(OpCodes.Ldloc, copy);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<BodyCopier<T>>(_closure);
    }

    private static T Same<T>(WireCodec<T> codec, in T value, int depth)
    {
        _ = codec;
        _ = depth;
        return value;
    }

    private static void ReadMember(ILGenerator il, LocalBuilder value, LocalBuilder tag, int slot, WireMember member, Label next)
    {
        var other = il.DefineLabel();
        il.Emit(OpCodes.Ldloc, tag);
        il.Emit(OpCodes.Call, typeof(WireTags).GetMethod(nameof(WireTags.Id))!);
        il.Emit(OpCodes.Ldc_I4, (int)member.Id);
        il.Emit(OpCodes.Bne_Un, other);
        LoadInstance(il, value);
        LoadCodec(il, slot, member.Type);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldloc, tag);
        il.Emit(OpCodes.Call, CodecMethod(member.Type, nameof(WireCodec<>.ReadField)));
        StoreMember(il, member);
        il.Emit(OpCodes.Br, next);
        il.MarkLabel(other);
    }

    private DynamicMethod Method(string what, Type returns, params Type[] parameters) => new(
        $"{what} {_shape.Type}", returns, [typeof(object[]), .. parameters], typeof(WireEmitter).Module, skipVisibility: true);

    private void Make(ILGenerator il, LocalBuilder value)
    {
        if (_shape.Type.IsValueType)
        {
            il.Emit(OpCodes.Ldloca, value);
            il.Emit(OpCodes.Initobj, _shape.Type);
            return;
        }

        if (_shape.Constructor is { } constructor)
        {
            il.Emit(OpCodes.Newobj, constructor);
        }
        else
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Ldelem_Ref);
            il.Emit(OpCodes.Castclass, typeof(Type));
            il.Emit(OpCodes.Call, typeof(RuntimeHelpers).GetMethod(nameof(RuntimeHelpers.GetUninitializedObject))!);
            il.Emit(OpCodes.Castclass, _shape.Type);
        }

        il.Emit(OpCodes.Stloc, value);
    }

    private static void LoadInstance(ILGenerator il, LocalBuilder value) =>
        il.Emit(value.LocalType.IsValueType ? OpCodes.Ldloca : OpCodes.Ldloc, value);

    private static void LoadCodec(ILGenerator il, int slot, Type member)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, slot);
        il.Emit(OpCodes.Ldelem_Ref);
        il.Emit(OpCodes.Call, s_as.MakeGenericMethod(typeof(WireCodec<>).MakeGenericType(member)));
    }

    private void LoadMemberAddress(ILGenerator il, WireMember member, OpCode instance)
    {
        il.Emit(instance);
        if (!_shape.Type.IsValueType) il.Emit(OpCodes.Ldind_Ref);
        if (member.Field is { } field)
        {
            il.Emit(OpCodes.Ldflda, field);
            return;
        }

        var local = il.DeclareLocal(member.Type);
        il.Emit(_shape.Type.IsValueType ? OpCodes.Call : OpCodes.Callvirt, member.Property!.GetMethod!);
        il.Emit(OpCodes.Stloc, local);
        il.Emit(OpCodes.Ldloca, local);
    }

    private static void StoreMember(ILGenerator il, WireMember member)
    {
        if (member.Field is { } field) il.Emit(OpCodes.Stfld, field);
        else il.Emit(member.Property!.DeclaringType!.IsValueType ? OpCodes.Call : OpCodes.Callvirt, member.Property.SetMethod!);
    }

    private static void BranchIfTag(ILGenerator il, LocalBuilder tag, uint mark, Label target)
    {
        il.Emit(OpCodes.Ldloc, tag);
        il.Emit(OpCodes.Ldc_I4, (int)mark);
        il.Emit(OpCodes.Beq, target);
    }

    private static void WriteMark(ILGenerator il, uint mark)
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldc_I4, (int)mark);
        il.Emit(OpCodes.Call, typeof(WireWriter).GetMethod(nameof(WireWriter.WriteByte))!);
    }

    private static MethodInfo CodecMethod(Type member, string name) =>
        typeof(WireCodec<>).MakeGenericType(member).GetMethod(name)!;
}
