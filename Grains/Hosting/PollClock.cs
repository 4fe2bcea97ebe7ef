namespace Orchestration.Grains.Hosting;

/// <summary>
/// The clock of long polls: of limits on how long a call waits for news before it answers that there is none and the caller
/// comes again. A clock of its own, since in virtual time nothing is to stop for such a limit.
/// </summary>
/// <param name="Time">The clock.</param>
internal sealed record PollClock(TimeProvider Time);
