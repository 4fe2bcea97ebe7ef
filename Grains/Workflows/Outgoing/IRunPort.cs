using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Outgoing;

/// <summary>What the effects of a run reach of its instance.</summary>
internal interface IRunPort
{
    /// <summary>Puts what an effect came to into the inbox, if the run is still the open one.</summary>
    void Post(RunId run, Stimulus stimulus);

    /// <summary>Makes an action that may be called on any thread and runs the given one as a turn of the activation.</summary>
    Action Marshal(Action action);

    /// <summary>Sends a message to another run for the first time.</summary>
    void Send(RunId run, RunMessage message);
}
