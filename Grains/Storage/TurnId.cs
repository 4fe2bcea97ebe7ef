namespace Orchestration.Grains.Storage;

/// <summary>
/// Names one turn of one activation, and is kept with its row: by it an append whose outcome was unknown is recognised when it is
/// repeated with the same bytes.
/// </summary>
/// <param name="Activation">The activation, random.</param>
/// <param name="Number">The turn's number in that activation.</param>
public readonly record struct TurnId(Guid Activation, long Number);
