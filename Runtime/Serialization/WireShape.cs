using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization;

/// <summary>One field or property that is sent.</summary>
/// <param name="Id">Its number among the members of its level.</param>
/// <param name="Type">Its declared type.</param>
/// <param name="Field">The field that holds it, which is read and written directly; null for a property with code of its
/// own.</param>
/// <param name="Property">The property, where there is no such field.</param>
/// <param name="IsImmutable">Whether the declaration says that its value never changes.</param>
internal sealed record WireMember(uint Id, Type Type, FieldInfo? Field, PropertyInfo? Property, bool IsImmutable);

/// <summary>
/// Which members of a type are sent. Members come in levels, each with ids of its own: one a class of the hierarchy, the base
/// class first, and a record's positional parameters, numbered from 0 in their order, before what its body declares.
/// </summary>
internal sealed class WireShape
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private WireShape(Type type, IReadOnlyList<IReadOnlyList<WireMember>> levels)
    {
        Type = type;
        Levels = levels;
        Constructor = type.IsValueType ? null : type.GetConstructor(Declared, []);
        IsImmutable = type.IsDefined(typeof(ImmutableAttribute), inherit: false);
        ApproximateBytes = 24 + (16 * levels.Sum(static level => level.Count));
    }

    public Type Type { get; }

    public IReadOnlyList<IReadOnlyList<WireMember>> Levels { get; }

    /// <summary>Run before members are set. A class without a parameterless constructor is made without running one.</summary>
    public ConstructorInfo? Constructor { get; }

    public bool IsImmutable { get; }

    /// <summary>About what an instance occupies, without what it refers to.</summary>
    public int ApproximateBytes { get; }

    public static bool IsSerializable(Type type) => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);

    /// <exception cref="SerializerException">An id is used twice, a member cannot be set, a base class has members but no
    /// attribute.</exception>
    public static WireShape Of(Type type)
    {
        var levels = new List<IReadOnlyList<WireMember>>();
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            if (level == typeof(Exception)) break;
            if (!IsSerializable(level))
            {
                RefuseLostState(type, level);
                continue;
            }

            var (parameters, body) = MembersOf(level);
            if (body.Count > 0 || parameters.Count == 0) levels.Insert(0, body);
            if (parameters.Count > 0) levels.Insert(0, parameters);
        }

        return new WireShape(type, levels);
    }

    /// <summary>The shape of a tuple or pair: its fields, numbered in the order of their declaration.</summary>
    public static WireShape OfFields(Type type)
    {
        var fields = type.GetFields(Declared).OrderBy(static field => field.MetadataToken);
        var members = fields.Select(static (field, i) => new WireMember((uint)i, field.FieldType, field, null, false));
        return new WireShape(type, [[.. members]]);
    }

    private static (List<WireMember> Parameters, List<WireMember> Body) MembersOf(Type level)
    {
        var positional = PositionalNames(level);
        List<WireMember> parameters = [], body = [];
        foreach (var member in level.GetMembers(Declared))
        {
            if (member is not (FieldInfo or PropertyInfo)) continue;
            if (member.GetCustomAttribute<IdAttribute>() is { } id) body.Add(Describe(level, member, id.Id));
            else if (member is PropertyInfo && Array.IndexOf(positional, member.Name) is >= 0 and var index)
                parameters.Add(Describe(level, member, (uint)index));
        }

        return (Ordered(level, parameters), Ordered(level, body));
    }

    private static List<WireMember> Ordered(Type level, List<WireMember> members)
    {
        members.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        for (var i = 1; i < members.Count; i++)
        {
            if (members[i].Id == members[i - 1].Id) throw new SerializerException(
                $"{level} has two members with [Id({members[i].Id})].");
        }

        return members;
    }

    private static WireMember Describe(Type level, MemberInfo member, uint id)
    {
        if (id > WireTags.MaxId) throw new SerializerException($"{level}.{member.Name}: the largest id is {WireTags.MaxId}.");
        var immutable = member.IsDefined(typeof(ImmutableAttribute), inherit: false);
        if (member is FieldInfo field) return new WireMember(id, field.FieldType, field, null, immutable);
        var property = (PropertyInfo)member;
        if (level.GetField($"<{property.Name}>k__BackingField", Declared) is { } backing)
            return new WireMember(id, property.PropertyType, backing, null, immutable);
        if (property.GetMethod is null || property.SetMethod is null || property.GetIndexParameters().Length > 0)
            throw new SerializerException(
                $"{level}.{property.Name} has an [Id] but cannot be both read and set; put the [Id] on the field behind it.");
        return new WireMember(id, property.PropertyType, null, property, immutable);
    }

    /// <summary>
    /// The positional parameters of a record, in order: the compiler gives every such record a Deconstruct method that names
    /// them.
    /// </summary>
    private static string[] PositionalNames(Type level)
    {
        if (!IsRecord(level) || level.GetCustomAttributesData().Any(DeclinesParameters)) return [];
        var deconstruct = level.GetMethods(Declared).FirstOrDefault(static method =>
            method.Name == "Deconstruct" && method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false));
        return deconstruct is null ? [] : [.. deconstruct.GetParameters().Select(static parameter => parameter.Name!)];
    }

    private static bool DeclinesParameters(CustomAttributeData attribute) => attribute.NamedArguments.Any(static argument =>
        argument.MemberName == nameof(GenerateSerializerAttribute.IncludePrimaryConstructorParameters)
        && argument.TypedValue.Value is false);

    private static bool IsRecord(Type level) => level.GetMethods(Declared).Any(static method =>
        method.Name == "PrintMembers" && method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false));

    private static void RefuseLostState(Type type, Type level)
    {
        if (level.GetFields(Declared).Length > 0) throw new SerializerException(
            $"{type} has [GenerateSerializer] but its base class {level}, which has fields, has not: they would be lost.");
    }
}
