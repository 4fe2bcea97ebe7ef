namespace Orchestration.Grains.Kernel;

/// <summary>Chooses the silo for an attempt. The choice is recorded in the event, so it need not be deterministic.</summary>
public interface IActivityPlacement
{
    /// <summary>A live silo that is to run an activity of that name.</summary>
    string ChooseHost(string activityType);

    /// <summary>Whether a recorded host is still a member.</summary>
    bool IsAlive(string host);
}
