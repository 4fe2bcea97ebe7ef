using Orchestration.Grains.Kernel.History;

namespace Orchestration.Grains.Kernel.Stimuli;

/// <summary>What a client asks of an activity that has not ended. A request that was taken before changes nothing.</summary>
/// <param name="Command">The activity's command number.</param>
/// <param name="Request">The client's request.</param>
public abstract record ActivityControl(long Command, RequestId Request) : Stimulus;

/// <summary>The outcome of an attempt, from outside, under its token.</summary>
public sealed record EndOutside(long Command, int Attempt, ActivityOutcome Outcome, RequestId Request)
    : ActivityControl(Command, Request);

/// <summary>The current attempt may end, and no new one begins.</summary>
public sealed record PauseActivity(long Command, string? Reason, RequestId Request) : ActivityControl(Command, Request);

/// <summary>A paused activity goes on.</summary>
public sealed record ResumeActivity(long Command, RequestId Request) : ActivityControl(Command, Request);

/// <summary>Retries count anew, and one that waits for its next attempt has it at once.</summary>
public sealed record ResetActivity(long Command, bool ClearDetails, RequestId Request) : ActivityControl(Command, Request);

/// <summary>Timeouts and retries are to be others.</summary>
public sealed record ChangeActivityOptions(long Command, SettingsChange Change, RequestId Request)
    : ActivityControl(Command, Request);

/// <summary>A sign of life of an attempt that will end from outside. Not recorded.</summary>
/// <param name="Command">The activity's command number.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="At">When it came.</param>
public sealed record BeatOutside(long Command, int Attempt, DateTimeOffset At) : Stimulus;
