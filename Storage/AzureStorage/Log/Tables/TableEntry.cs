namespace Orchestration.Storage.AzureStorage.Log.Tables;

/// <summary>An entry of a table.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value; null says that the key, where an older table has it, is gone.</param>
internal readonly record struct TableEntry(byte[] Key, byte[]? Value)
{
    public static Comparison<TableEntry> ByKey { get; } = static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key);
}
