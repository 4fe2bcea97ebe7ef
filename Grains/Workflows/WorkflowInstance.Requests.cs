using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Workflows.Requests;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// What callers' requests see of the instance; they are carried out beside it.
internal sealed partial class WorkflowInstance : IAskedInstance, IMessagedInstance
{
    private EarlierRuns? _earlier; // most instances have one run
    private RunNews? _news; // most runs are of no news to anybody

    public WorkflowKey Key => _key;

    public EarlierRuns Earlier => _earlier ??= new EarlierRuns(_services.Reader, _key, _services.Clock, _services.Log);

    public RunNews News => _news ??= new RunNews(_services.Messages);

    OpenRun? IInstance.Open => _open;

    ClosedRun? IInstance.Closed => _closed;

    bool IInstance.IsLeaving => _tenure.IsLeaving;

    Task IInstance.Turns => _turns;

    bool IAskedInstance.ExplainsCancellation => _tenure.ExplainsCancellation;

    Task IInstance.EnsureKnownAsync() => EnsureKnownAsync();

    Task<Fault?> IInstance.EnsureOpenAsync() => EnsureOpenAsync(_services.Suspects.IsEarly);
}
