using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Outgoing;

/// <summary>What the debts of an instance's runs reach of it.</summary>
internal interface IDebtPort
{
    /// <summary>Takes the answer to a message of the open run.</summary>
    /// <returns>False where the run is not the open one.</returns>
    bool TakeAnswer(RunId owner, RunMessage message, RunCallReply reply);

    /// <summary>An ended run owes nothing any more.</summary>
    /// <param name="run">The run.</param>
    /// <param name="summary">What the store has of it since; null where it could not be written.</param>
    void NoteSettled(StoreKey run, RunSummary? summary);
}
