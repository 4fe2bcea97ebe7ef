namespace Orchestration.Grains.Storage;

/// <summary>A silo as its cluster lists it.</summary>
/// <param name="Silo">Address and generation: the key.</param>
/// <param name="Status">Its state, in the numbers of the runtime.</param>
/// <param name="AliveAt">Its last sign of life, by its own clock, kept in whole milliseconds.</param>
/// <param name="Details">The rest of what the runtime says of it; opaque here.</param>
/// <param name="ETag">Changes with every write but a sign of life; given by the store.</param>
public sealed record MemberRow(string Silo, int Status, DateTimeOffset AliveAt, string Details, string ETag = "");
