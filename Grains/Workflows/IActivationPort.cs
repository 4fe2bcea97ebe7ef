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

    /// <summary>
    /// Lets the activation go once it is idle; from then on the instance lives on the given silo, if that is there. A turn of the
    /// activation.
    /// </summary>
    /// <param name="silo">The silo's name.</param>
    /// <param name="wakes">Whether its run is to be woken there at once; that may be lost.</param>
    void MoveTo(string silo, bool wakes);
}
