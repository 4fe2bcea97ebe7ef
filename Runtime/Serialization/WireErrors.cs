using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization;

/// <summary>The serializer's errors: what is wrong and what to do about it.</summary>
internal static class WireErrors
{
    public static SerializerException TooDeep(Type type, int limit) => new(
        $"{type} nests deeper than {limit} levels; graphs with cycles cannot cross a grain call.");

    public static SerializerException Truncated() => new("The message ends in the middle of a value.");

    public static SerializerException Corrupt(string what) => new($"The message is not well formed: {what}.");

    public static SerializerException TooBig(long budget) => new(
        $"The message would allocate more than {budget} bytes; it is corrupt or was made to exhaust memory.");

    public static SerializerException WrongKind(Type type, WireKind expected, WireKind actual) => new(
        $"The message has a value of form {actual} where {type} is written as {expected}; was the type of a member changed?");

    public static SerializerException WrongType(Type declared, Type actual) => new(
        $"The message has a {actual} where a {declared} belongs.");

    public static SerializerException UnknownType(string name) => new(
        $"The message names the type '{name}', which no loaded assembly declares with [GenerateSerializer]. "
        + "If it was renamed, keep its old name with [Alias].");

    public static CodecNotFoundException NoCodec(Type type) => new(
        $"{type} cannot cross a grain call: put [GenerateSerializer] on it and [Id(n)] on each member to be sent, "
        + "or register a converter for it ([RegisterConverter] on an IConverter<TValue, TSurrogate>).");
}
