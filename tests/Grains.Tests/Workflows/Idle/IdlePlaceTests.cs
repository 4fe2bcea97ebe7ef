using Orchestration.Grains.Workflows;
using Orchestration.Grains.Workflows.Idle;

namespace Orchestration.Grains.Tests.Workflows.Idle;

/// <summary>When an activation lets itself go, and when it stays.</summary>
public sealed class IdlePlaceTests : IActivationPort
{
    private readonly IdleWorkflows _idle = new(1);
    private int _deactivations;

    [Fact]
    public void Take_AClosedRunThatOnlyItsTimeWoke_LetsGoAtOnce()
    {
        var place = new IdlePlace(_idle, this);
        place.Take(isClosed: true);
        Assert.Equal((1, 0), (_deactivations, _idle.Count));
    }

    [Fact]
    public void Take_AClosedRunThatSomebodyCalled_IsKept()
    {
        var place = new IdlePlace(_idle, this);
        place.NoteWanted();
        place.Take(isClosed: true);
        Assert.Equal((0, 1), (_deactivations, _idle.Count));
    }

    [Fact]
    public void Take_WhileItStandsInTheQueue_StandsThereOnce()
    {
        var place = new IdlePlace(_idle, this);
        place.Take(isClosed: false);
        place.Take(isClosed: false);
        Assert.Equal(1, _idle.Count);
    }

    [Fact]
    public void Evict_OneThatIsAtWorkAgain_IsPassedOver()
    {
        IIdleWorkflow place = new IdlePlace(_idle, this) { IsAtWork = true };
        place.Evict();
        Assert.Equal(0, _deactivations);
        ((IdlePlace)place).IsAtWork = false;
        place.Evict();
        Assert.Equal(1, _deactivations);
    }

    void IActivationPort.WakeAt(DateTimeOffset? due) => throw new NotSupportedException();

    Action IActivationPort.Marshal(Action action) => throw new NotSupportedException();

    void IActivationPort.Deactivate() => _deactivations++;

    void IActivationPort.MoveTo(string silo, bool wakes) => throw new NotSupportedException();
}
