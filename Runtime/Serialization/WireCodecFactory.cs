using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Serialization.Codecs;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization;

/// <summary>Chooses the codec of a type.</summary>
internal sealed class WireCodecFactory(WireSerializer serializer, IServiceProvider? services)
{
    private static readonly Dictionary<Type, WireCodec> s_simple = new WireCodec[]
    {
        new BooleanCodec(), new UnsignedCodec<char>(), new UnsignedCodec<byte>(), new UnsignedCodec<ushort>(),
        new UnsignedCodec<uint>(), new UnsignedCodec<ulong>(), new SignedCodec<sbyte>(), new SignedCodec<short>(),
        new SignedCodec<int>(), new SignedCodec<long>(), new SingleCodec(), new DoubleCodec(), new DecimalCodec(),
        new GuidCodec(), new DateTimeCodec(), new DateTimeOffsetCodec(),
        new NumberLikeCodec<TimeSpan>(static span => span.Ticks, static ticks => new TimeSpan(ticks)),
        new NumberLikeCodec<DateOnly>(static date => date.DayNumber, static day => DateOnly.FromDayNumber(checked((int)day))),
        new NumberLikeCodec<TimeOnly>(static time => time.Ticks, static ticks => new TimeOnly(ticks)),
        new StringCodec(), new ByteArrayCodec(), new ReadOnlyMemoryCodec(), new MemoryCodec(), new ImmutableByteArrayCodec(),
        new TextLikeCodec<Uri>(
            static uri => uri.OriginalString, static text => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri)
                ? uri : null),
        new TextLikeCodec<Version>(
            static version => version.ToString(), static text => Version.TryParse(text, out var version) ? version : null),
        new IdSpanCodec(), new GrainTypeCodec(), new GrainIdCodec(),
        new TextLikeCodec<SiloAddress>(
            static address => address.ToParsableString(), static text => SiloAddress.TryParse(text, out var address)
                ? address : null),
    }.ToDictionary(static codec => codec.Type);

    private static readonly Dictionary<Type, Type> s_collections = new()
    {
        [typeof(List<>)] = typeof(ListCodec<>),
        [typeof(HashSet<>)] = typeof(HashSetCodec<>),
        [typeof(ImmutableArray<>)] = typeof(ImmutableArrayCodec<>),
        [typeof(Dictionary<,>)] = typeof(DictionaryCodec<,>),
        [typeof(ImmutableDictionary<,>)] = typeof(ImmutableDictionaryCodec<,>),
    };

    private static readonly HashSet<Type> s_listInterfaces =
    [
        typeof(IEnumerable<>), typeof(IReadOnlyCollection<>), typeof(IReadOnlyList<>), typeof(ICollection<>), typeof(IList<>),
    ];

    private static readonly HashSet<Type> s_mapInterfaces = [typeof(IReadOnlyDictionary<,>), typeof(IDictionary<,>)];

    /// <exception cref="CodecNotFoundException">Values of this type cannot be sent.</exception>
    public WireCodec Create(Type type)
    {
        if (type.ContainsGenericParameters || type.IsPointer || type.IsByRef || type.IsByRefLike) throw WireErrors.NoCodec(type);
        if (s_simple.TryGetValue(type, out var simple)) return simple;
        if (type.IsEnum) return CreateEnum(type);
        if (type.IsSZArray) return Make(typeof(ArrayCodec<>), [type.GetElementType()!], Codec(type.GetElementType()!));
        if (type.IsConstructedGenericType && CreateGeneric(type) is { } generic) return generic;
        if (serializer.Names.ConverterOf(type) is { } converter) return CreateConverter(type, converter);
        if (type.IsAssignableTo(typeof(Exception))) return Make(typeof(ExceptionCodec<>), [type], serializer);
        if (type.IsAssignableTo(typeof(GrainReference)) || (type.IsInterface && type.IsAssignableTo(typeof(IAddressable))))
            return Make(typeof(ReferenceCodec<>), [type], new ReferenceSource(services));
        if (type.IsInterface || type.IsAbstract
            || type == typeof(object)) return Make(typeof(AbstractCodec<>), [type], serializer);
        if (WireShape.IsSerializable(type)) return Make(typeof(ObjectCodec<>), [type], WireShape.Of(type), serializer);
        throw WireErrors.NoCodec(type);
    }

    private WireCodec CreateEnum(Type type)
    {
        var underlying = type.GetEnumUnderlyingType();
        return Make(typeof(EnumCodec<,>), [type, underlying], Codec(underlying));
    }

    private WireCodec? CreateGeneric(Type type)
    {
        var definition = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        if (s_collections.TryGetValue(definition, out var codec)) return Make(codec, arguments, [.. arguments.Select(Codec)]);
        if (definition == typeof(Nullable<>)) return Make(typeof(NullableCodec<>), arguments, Codec(arguments[0]));
        if (s_listInterfaces.Contains(definition))
            return Make(typeof(ListInterfaceCodec<,>), [type, .. arguments], Codec(arguments[0]), serializer);
        if (s_mapInterfaces.Contains(definition))
            return Make(typeof(MapInterfaceCodec<,,>), [type, .. arguments], Codec(arguments[0]), Codec(arguments[1]),
                serializer);
        if (IsTuple(definition)) return Make(typeof(ObjectCodec<>), [type], WireShape.OfFields(type), serializer);
        return null;
    }

    private static bool IsTuple(Type definition) =>
        definition == typeof(KeyValuePair<,>)
        || (definition.Namespace == nameof(System) && definition.Assembly == typeof(object).Assembly
            && (definition.Name.StartsWith("ValueTuple`", StringComparison.Ordinal)
                || definition.Name.StartsWith("Tuple`", StringComparison.Ordinal)));

    private WireCodec CreateConverter(Type type, Type converter)
    {
        var contract = converter.GetInterfaces().First(candidate =>
            candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IConverter<,>)
            && candidate.GetGenericArguments()[0] == type);
        var surrogate = contract.GetGenericArguments()[1];
        var instance = services is null
            ? Activator.CreateInstance(converter)! : ActivatorUtilities.GetServiceOrCreateInstance(services, converter);
        var immutable = type.IsDefined(typeof(ImmutableAttribute), inherit: false);
        return Make(typeof(ConverterCodec<,>), [type, surrogate], instance, Codec(surrogate), immutable);
    }

    private WireCodec Codec(Type type) => serializer.GetCodec(type);

    private static WireCodec Make(Type definition, Type[] arguments, params object[] parameters) =>
        (WireCodec)Activator.CreateInstance(definition.MakeGenericType(arguments), parameters)!;
}
