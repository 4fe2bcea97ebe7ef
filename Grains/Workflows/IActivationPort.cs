namespace Orchestration.Grains.Workflows;

/// <summary>What an instance needs of the grain that it lives in.</summary>
internal interface IActivationPort
{
    /// <summary>Calls <see cref="WorkflowInstance.OnTime"/> at the given time, or never; replaces what was set before.</summary>
    void WakeAt(DateTimeOffset? due);

    /// <summary>Makes an action that may be called on any thread and runs the given one as a turn of the activation.</summary>
    Action Marshal(Action action);

    /// <summary>Lets the activation go once it is idle. Any thread.</summary>
    void Deactivate();
}
