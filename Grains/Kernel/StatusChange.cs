using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

/// <summary>What a run says of itself, and since when.</summary>
/// <param name="Cursor">Its place among all that the run has said: rising, the same on every replay by the same code.</param>
/// <param name="At">When it was said: the time of the event that the code worked on.</param>
/// <param name="Status">The custom status; null for none.</param>
/// <param name="Progress">The progress; null for none.</param>
public sealed record StatusChange(long Cursor, DateTimeOffset At, Payload? Status, WorkflowProgress? Progress);
