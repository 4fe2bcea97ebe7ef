using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.References;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization.Codecs;

internal sealed class IdSpanCodec : WireCodec<IdSpan>
{
    public override WireKind Kind => WireKind.Bytes;

    public override bool IsDefault(in IdSpan value) => value.IsDefault;

    public override void Write(WireWriter writer, in IdSpan value) => writer.WriteBytes(value.AsSpan());

    public override IdSpan Read(WireReader reader)
    {
        var bytes = ByteArrayCodec.ReadOwned(reader);
        return bytes.Length == 0 ? default : new IdSpan(bytes);
    }
}

internal sealed class GrainTypeCodec : WireCodec<GrainType>
{
    private static readonly IdSpanCodec s_span = new();

    public override WireKind Kind => WireKind.Bytes;

    public override bool IsDefault(in GrainType value) => value.IsDefault;

    public override void Write(WireWriter writer, in GrainType value) => s_span.Write(writer, value.Value);

    public override GrainType Read(WireReader reader) => new(s_span.Read(reader));
}

/// <summary>Grain ids, as <c>type/key</c>.</summary>
internal sealed class GrainIdCodec : WireCodec<GrainId>
{
    public override WireKind Kind => WireKind.Bytes;

    public override bool IsDefault(in GrainId value) => value.IsDefault;

    public override void Write(WireWriter writer, in GrainId value) =>
        writer.WriteString(value.IsDefault ? "" : value.ToString());

    public override GrainId Read(WireReader reader)
    {
        var text = reader.ReadString();
        if (text.Length == 0) return default;
        return GrainId.TryParse(text, null, out var id) ? id : throw WireErrors.Corrupt("a grain id has no type");
    }
}

/// <summary>Where references that arrive are bound to: the host that the serializer belongs to.</summary>
internal sealed class ReferenceSource(IServiceProvider? services)
{
    private ReferenceFactory? _factory;

    public ReferenceFactory Factory => _factory ??= services?.GetService<ReferenceFactory>()
        ?? throw new SerializerException("Grain references can only arrive where grains can be called.");
}

/// <summary>References to grains: the grain's id and the interface, as <c>interface id</c>.</summary>
internal sealed class ReferenceCodec<T>(ReferenceSource source) : WireCodec<T>
    where T : class
{
    public override WireKind Kind => WireKind.Bytes;

    public override void Write(WireWriter writer, in T value)
    {
        var reference = value as GrainReference ?? throw new SerializerException(
            $"A {value.GetType()} is not a grain reference; send the grain's reference (this.AsReference) and not the grain.");
        writer.WriteString($"{reference.Interface.Name} {reference.GrainId}");
    }

    public override T Read(WireReader reader)
    {
        var text = reader.ReadString();
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || !GrainId.TryParse(text.AsSpan(space + 1), null, out var id))
            throw WireErrors.Corrupt("not a grain reference");
        var name = text[..space];
        if (!DescriptorRegistry.Shared.TryGetInterface(name, out var descriptor))
        {
            // The declared interface is known to this process, though nothing may have asked for it yet.
            descriptor = typeof(T).IsInterface ? DescriptorRegistry.Shared.Get(typeof(T)) : null;
            if (descriptor?.Name != name) throw new SerializerException(
                $"A reference of the unknown grain interface '{name}' arrived.");
        }

        return source.Factory.Create(id, descriptor) as T ?? throw WireErrors.WrongType(typeof(T), descriptor.Type);
    }

    public override void WriteNamed(WireWriter writer, object value, WireTypeNames names)
    {
        writer.WriteType(typeof(GrainReference), names, boxed: true);
        writer.WriteByte((byte)Kind);
        Write(writer, (T)value);
    }
}
