using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Workflows.Turns;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>What messages of other runs need of the instance beyond what every request does.</summary>
internal interface IMessagedInstance : IInstance
{
    /// <summary>Whether the store said that there is no run of it.</summary>
    bool IsMissing { get; }

    /// <summary>
    /// Puts an awaited stimulus into the inbox without a turn, for callers that have several and then call
    /// <see cref="IInstance.BeginTurns"/>.
    /// </summary>
    Task<InboxOutcome> Gather(Stimulus stimulus);

    /// <summary>Starts the instance's run as another run's child; a repeat finds it by its run.</summary>
    Task<RunCallReply> StartChildAsync(RunCall call);
}
