using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization;

/// <summary>
/// The names by which types are known on the wire, and the types that a message may name: those with [GenerateSerializer] in the
/// assemblies that refer to this one, and a few of the framework's. No other type is ever loaded by name. A type's name is its
/// first alias, or its full name; all its aliases are understood. Thread-safe; assemblies loaded later are found when a name is
/// missed.
/// </summary>
internal sealed class WireTypeNames
{
    // Names that arrive may be built without end from generic ones; past this many, no new ones are accepted.
    private const int MaxConstructed = 4096;
    private const int MaxNameDepth = 8;

    private static readonly (string Name, Type Type)[] s_known =
    [
        ("object", typeof(object)), ("bool", typeof(bool)), ("char", typeof(char)), ("sbyte", typeof(sbyte)),
        ("byte", typeof(byte)), ("short", typeof(short)), ("ushort", typeof(ushort)), ("int", typeof(int)),
        ("uint", typeof(uint)), ("long", typeof(long)), ("ulong", typeof(ulong)), ("float", typeof(float)),
        ("double", typeof(double)), ("decimal", typeof(decimal)), ("string", typeof(string)), ("guid", typeof(Guid)),
        ("datetime", typeof(DateTime)), ("datetimeoffset", typeof(DateTimeOffset)), ("timespan", typeof(TimeSpan)),
        ("date", typeof(DateOnly)), ("time", typeof(TimeOnly)), ("uri", typeof(Uri)), ("version", typeof(Version)),
        ("exception", typeof(Exception)), ("nullable", typeof(Nullable<>)), ("list", typeof(List<>)),
        ("set", typeof(HashSet<>)), ("map", typeof(Dictionary<,>)), ("iarray", typeof(ImmutableArray<>)),
        ("imap", typeof(ImmutableDictionary<,>)), ("pair", typeof(KeyValuePair<,>)), ("rom", typeof(ReadOnlyMemory<>)),
        ("grainid", typeof(GrainId)), ("grainref", typeof(GrainReference)), ("silo", typeof(SiloAddress)),
        ("tuple1", typeof(ValueTuple<>)), ("tuple2", typeof(ValueTuple<,>)), ("tuple3", typeof(ValueTuple<,,>)),
        ("tuple4", typeof(ValueTuple<,,,>)), ("tuple5", typeof(ValueTuple<,,,,>)), ("tuple6", typeof(ValueTuple<,,,,,>)),
        ("tuple7", typeof(ValueTuple<,,,,,,>)), ("tuple8", typeof(ValueTuple<,,,,,,,>)),
    ];

    private readonly Lock _scanning = new();
    private readonly HashSet<Assembly> _scanned = [];
    private readonly ConcurrentDictionary<string, Type> _types = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Type> _constructed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Type, string> _names = new();
    private readonly ConcurrentDictionary<Type, Type> _converters = new();

    public WireTypeNames()
    {
        foreach (var (name, type) in s_known)
        {
            _types[name] = type;
            _names[type] = name;
        }

        Scan();
    }

    /// <summary>The converter registered for a type; for a constructed generic type, of the same construction.</summary>
    public Type? ConverterOf(Type type)
    {
        if (FindConverter(type) is { } known) return known;
        return Scan() ? FindConverter(type) : null;
    }

    /// <exception cref="CodecNotFoundException">The type has no name: it lacks [GenerateSerializer].</exception>
    public string NameOf(Type type) => _names.TryGetValue(type, out var name) ? name : _names.GetOrAdd(type, Compose(type));

    /// <exception cref="SerializerException">No such type may arrive.</exception>
    public Type TypeOf(string name)
    {
        if (_types.TryGetValue(name, out var type) || _constructed.TryGetValue(name, out type)) return type;
        var position = 0;
        type = Parse(name, ref position, 0);
        if (position != name.Length) throw WireErrors.UnknownType(name);
        if (_constructed.Count >= MaxConstructed) throw new SerializerException(
            $"Messages have named more than {MaxConstructed} constructed types; '{name}' is not accepted.");
        return _constructed.GetOrAdd(name, type);
    }

    /// <summary>A type known by this very name; null where there is none.</summary>
    public Type? Find(string name)
    {
        if (_types.TryGetValue(name, out var type)) return type;
        return Scan() && _types.TryGetValue(name, out type) ? type : null;
    }

    private string Compose(Type type)
    {
        if (type.IsSZArray) return NameOf(type.GetElementType()!) + "[]";
        if (type.IsConstructedGenericType)
        {
            var arguments = string.Join(',', type.GetGenericArguments().Select(NameOf));
            return $"{NameOf(type.GetGenericTypeDefinition())}[{arguments}]";
        }

        if (WireShape.IsSerializable(type)) Register(type);
        else if (ConverterOf(type) is null) throw WireErrors.NoCodec(type);
        else _types.TryAdd(OwnName(type), type);
        return OwnName(type);
    }

    private Type Parse(string name, ref int position, int depth)
    {
        if (depth > MaxNameDepth) throw WireErrors.UnknownType(name);
        var end = name.AsSpan(position).IndexOfAny('[', ']', ',');
        var simple = end < 0 ? name[position..] : name.Substring(position, end);
        position += simple.Length;
        var type = Find(simple) ?? throw WireErrors.UnknownType(name);
        if (type.IsGenericTypeDefinition) type = ParseArguments(name, type, ref position, depth);
        while (name.AsSpan(position).StartsWith("[]"))
        {
            if (++depth > MaxNameDepth) throw WireErrors.UnknownType(name);
            position += 2;
            type = type.MakeArrayType();
        }

        return type;
    }

    private Type ParseArguments(string name, Type definition, ref int position, int depth)
    {
        var arguments = new Type[definition.GetGenericArguments().Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            Expect(name, i == 0 ? '[' : ',', ref position);
            arguments[i] = Parse(name, ref position, depth + 1);
        }

        Expect(name, ']', ref position);
        try
        {
            return definition.MakeGenericType(arguments);
        }
        catch (ArgumentException)
        {
            throw WireErrors.UnknownType(name);
        }
    }

    private static void Expect(string name, char expected, ref int position)
    {
        if (position >= name.Length || name[position] != expected) throw WireErrors.UnknownType(name);
        position++;
    }

    private Type? FindConverter(Type type)
    {
        if (_converters.TryGetValue(type, out var converter)) return converter;
        if (!type.IsConstructedGenericType || !_converters.TryGetValue(type.GetGenericTypeDefinition(), out var open))
            return null;
        return open.MakeGenericType(type.GetGenericArguments());
    }

    /// <summary>Takes in the assemblies that were loaded since the last time; false where there are none.</summary>
    private bool Scan()
    {
        lock (_scanning)
        {
            var before = _scanned.Count;
            foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
            {
                if (_scanned.Add(assembly) && !assembly.IsDynamic && RefersToRuntime(assembly)) Scan(assembly);
            }

            return _scanned.Count > before;
        }
    }

    private static bool RefersToRuntime(Assembly assembly)
    {
        var runtime = typeof(GenerateSerializerAttribute).Assembly;
        return assembly == runtime
            || assembly.GetReferencedAssemblies().Any(reference => reference.Name == runtime.GetName().Name);
    }

    private void Scan(Assembly assembly)
    {
        foreach (var type in TypesIn(assembly))
        {
            if (WireShape.IsSerializable(type)) Register(type);
            if (!type.IsDefined(typeof(RegisterConverterAttribute), inherit: false)) continue;
            foreach (var contract in type.GetInterfaces())
            {
                if (!contract.IsGenericType || contract.GetGenericTypeDefinition() != typeof(IConverter<,>)) continue;
                var value = contract.GetGenericArguments()[0];
                _converters.TryAdd(value.ContainsGenericParameters ? value.GetGenericTypeDefinition() : value, type);
            }
        }
    }

    private static IEnumerable<Type> TypesIn(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            // An assembly with an optional dependency that is not there still offers its other types.
            return e.Types.OfType<Type>();
        }
    }

    private void Register(Type type)
    {
        foreach (var name in type.GetCustomAttributes<AliasAttribute>(inherit: false)
            .Select(static alias => alias.Alias).Append(type.FullName!))
        {
            if (name.AsSpan().IndexOfAny('[', ']', ',') >= 0) throw new SerializerException(
                $"{type} has the alias '{name}'; brackets and commas cannot be part of one.");
            var owner = _types.GetOrAdd(name, type);
            if (owner != type && owner.FullName != type.FullName) throw new SerializerException(
                $"{type} and {owner} both go by the name '{name}'.");
        }
    }

    private static string OwnName(Type type) =>
        type.GetCustomAttributes<AliasAttribute>(inherit: false).FirstOrDefault()?.Alias ?? type.FullName!;
}
