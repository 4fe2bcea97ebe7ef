namespace Orchestration.Grains.Workflows;

/// <summary>What an instance needs of the grain that it lives in.</summary>
internal interface IActivationPort
{
    /// <summary>Calls <see cref="WorkflowInstance.OnTime"/> at the given time, or never; replaces what was set before.</summary>
    void WakeAt(DateTimeOffset? due);

    /// <summary>Lets the activation go once it is idle. Any thread.</summary>
    void Deactivate();
}
