using Orchestration.Runtime.Serialization;

namespace Orchestration.Runtime.References;

/// <summary>
/// Passes values between grains of one silo: as they are where they cannot change, else as copies, so that no two grains share
/// what either may change. With <paramref name="everything"/> all values go through bytes, which proves that they could cross a
/// wire.
/// </summary>
internal sealed class ValueCopier(WireSerializer serializer, bool everything)
{
    /// <summary>Whether even immutable values are passed through bytes.</summary>
    public bool Everything => everything;

    /// <summary>The value, or a copy.</summary>
    /// <param name="value">The value.</param>
    /// <param name="immutable">Whether the method's author promises that the value does not change.</param>
    public T Pass<T>(T value, bool immutable)
    {
        if (everything) return serializer.FromBytes<T>(serializer.ToBytes(in value));
        return immutable ? value : serializer.Copy(in value);
    }
}
