using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>What a question to a run's code needs of the instance beyond what every request does.</summary>
internal interface IAskedInstance : IInstance
{
    /// <summary>Whether the activation's going explains why something was cancelled.</summary>
    bool ExplainsCancellation { get; }

    /// <summary>Whether the store has something that this activation does not know of.</summary>
    Task<bool> IsBehindAsync();

    /// <summary>Somebody else writes the run: drops what is in memory.</summary>
    void StepDown();

    /// <summary>Asks the code of the run in memory, between turns.</summary>
    /// <returns>Null where a turn takes too long to be written, or the activation steps down.</returns>
    Task<QueryAnswer?> AskCodeAsync(string query, Func<WorkflowRun, QueryAnswer> question);

    /// <summary>Asks the code of a run that has ended.</summary>
    /// <returns>Null where the run is gone.</returns>
    Task<QueryAnswer?> AskClosedCodeAsync(RunRecord record, string query, Func<WorkflowRun, QueryAnswer> question);
}
