using System.Buffers.Binary;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>A run as records name it: the hash of its instance, and its id.</summary>
internal readonly record struct RunRef(UInt128 Instance, Guid Run)
{
    public static RunRef Of(StoreKey key) => new(InstanceOf(key.Key), key.RunId.Value);

    public static UInt128 InstanceOf(WorkflowKey key) => BinaryPrimitives.ReadUInt128BigEndian(Names.Hash(key));

    public void WriteTo(ByteWriter writer)
    {
        Span<byte> hash = stackalloc byte[Names.HashLength];
        BinaryPrimitives.WriteUInt128BigEndian(hash, Instance);
        writer.Raw(hash).Guid(Run);
    }

    public static RunRef Read(ref ByteReader reader) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(reader.Raw(Names.HashLength)), reader.Guid());
}
