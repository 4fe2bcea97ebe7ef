namespace Orchestration.Runtime.Serialization;

/// <summary>Stands in until the serializer lands.</summary>
internal sealed class WireWriter
{
    public void Write<T>(T value) => throw new NotSupportedException($"No codec for {typeof(T)}: {value} {this}");
}

/// <summary>Stands in until the serializer lands.</summary>
internal sealed class WireReader
{
    public T Read<T>() => throw new NotSupportedException($"No codec for {typeof(T)} {this}");
}

/// <summary>Stands in until the serializer lands.</summary>
internal sealed class WireSerializer
{
    private readonly object _owner = new();

    public T Copy<T>(in T value) => _owner is null ? throw new NotSupportedException() : value;

    public byte[] ToBytes<T>(in T value) => throw new NotSupportedException($"{value} {_owner}");

    public T FromBytes<T>(ReadOnlyMemory<byte> bytes) => throw new NotSupportedException($"{bytes.Length} {_owner}");
}
