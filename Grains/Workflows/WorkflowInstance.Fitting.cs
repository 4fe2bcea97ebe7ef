using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Workflows.Fitting;
using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Workflows;

// A run whose code is not at hand, or does not fit: it moves, or stays stalled.
internal sealed partial class WorkflowInstance : IFittingPort
{
    private FittingCode? _fitting; // most runs fit
    private string? _movedTo;
    private bool _wakesThere;

    private FittingCode Fitting => _fitting ??= new FittingCode(_services, this, _tenure);

    OpenRun? IFittingPort.Open => _open;

    /// <summary>In the turn loop: whether a run that has stalled goes elsewhere, or the activation steps down.</summary>
    private async Task<bool> LeavesStalledAsync(OpenRun open)
    {
        if (Fitting.IsOver(open.Run.Stall)) return false;
        if (await Fitting.PassOnAsync(open)) return true;
        if (await _services.Writer.WriteSummaryAsync(open, RunSummaries.Of(open.Run), _tenure.Stop))
        {
            Fitting.LookAgain(open);
            return false;
        }

        StepDown();
        return true;
    }

    /// <summary>
    /// Whether a workflow type can be started here. Where it cannot, but elsewhere, the instance moves there, and the caller is
    /// told to come again.
    /// </summary>
    /// <returns>Null where it can.</returns>
    public ValueTask<Fault?> HostedFaultAsync(string type, int? version) =>
        _services.Settings.Workflows.TryGet(type, version, out _) ? default : Fitting.UnhostedFaultAsync(type, version);

    private void SeekAgain()
    {
        _fitting?.BeginAnew();
        if (!IsTurning) _turns = RunTurnsAsync();
    }

    void IFittingPort.SeekAgain() => SeekAgain();

    bool IFittingPort.MoveTo(string[] silos, bool wakesThere)
    {
        if (_tenure.IsLeaving || Rendezvous.Choose(_grainKey, silos) is not { } silo || silo == _services.SiloKey) return false;
        _services.Log.PassedOn(_grainKey, silo);
        _movedTo = silo;
        _wakesThere = wakesThere;
        LeaveMemory();
        _activation.MoveTo(silo, wakesThere);
        return true;
    }
}
