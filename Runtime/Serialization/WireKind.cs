namespace Orchestration.Runtime.Serialization;

/// <summary>
/// The form of a value on the wire: the low three bits of every field tag. A reader that does not know a field can skip it by its
/// kind alone, so that an older reader bears a newer writer.
/// </summary>
internal enum WireKind : byte
{
    /// <summary>A base-128 integer of at most 64 bits; signed ones are zigzag encoded.</summary>
    VarInt = 0,

    /// <summary>Four bytes, little endian.</summary>
    Fixed32 = 1,

    /// <summary>Eight bytes, little endian.</summary>
    Fixed64 = 2,

    /// <summary>Sixteen bytes.</summary>
    Fixed128 = 3,

    /// <summary>A length and as many bytes.</summary>
    Bytes = 4,

    /// <summary>A type designator, then tagged fields up to <see cref="WireTags.EndObject"/>, or one boxed value.</summary>
    Object = 5,

    /// <summary>A count, a header that tells the kind of the elements (or of keys and values), then the elements.</summary>
    Sequence = 6,

    /// <summary>No payload: end of an object, end of a base class's fields, or a field that has its default value.</summary>
    Special = 7,
}

/// <summary>Field tags: <c>id &lt;&lt; 3 | kind</c>, and the special ones.</summary>
internal static class WireTags
{
    public const uint EndObject = (0 << 3) | (uint)WireKind.Special;
    public const uint EndBase = (1 << 3) | (uint)WireKind.Special;

    /// <summary>The largest field id; ids share a 32-bit tag with the kind and two special numbers.</summary>
    public const uint MaxId = (1u << 29) - 3;

    public static uint Of(uint id, WireKind kind) => (id << 3) | (uint)kind;

    /// <summary>The tag of a field that has its default value.</summary>
    public static uint Default(uint id) => ((id + 2) << 3) | (uint)WireKind.Special;

    /// <summary>The field id of any tag but the two end marks.</summary>
    public static uint Id(uint tag) => (tag & 7) == (uint)WireKind.Special ? (tag >> 3) - 2 : tag >> 3;

    public static WireKind Kind(uint tag) => (WireKind)(tag & 7);
}

/// <summary>The header byte of a sequence that is not empty.</summary>
internal static class SequenceHeader
{
    public const byte KindMask = 7;
    public const byte HasNulls = 8;
    public const byte IsMap = 16;
}
