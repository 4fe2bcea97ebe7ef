namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>What a host did with a dispatch.</summary>
public enum DispatchReply
{
    /// <summary>It runs, waits for its turn, or has run already: an outcome is or will be reported.</summary>
    Accepted,

    /// <summary>It will never run here: the host was told before that it is lost, or is shutting down.</summary>
    Refused,

    /// <summary>Too many attempts wait for their turn here: nothing was taken, dispatch it again later.</summary>
    Busy,

    /// <summary>This silo has no activity of that name: nothing was taken, dispatch it elsewhere.</summary>
    Unknown,
}
