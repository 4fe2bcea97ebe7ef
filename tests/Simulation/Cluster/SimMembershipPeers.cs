using Orchestration.Runtime.Membership;
using Orleans.Runtime;

namespace Orchestration.Simulation.Cluster;

/// <summary>Probes and news between silos, over the simulated network.</summary>
internal sealed class SimMembershipPeers(SimCluster cluster, SimSilo self) : IMembershipPeers
{
    private IMembershipListener? _listener;

    public void Attach(IMembershipListener listener) => _listener = listener;

    public Task<ProbeOutcome> ProbeAsync(SiloAddress silo, TimeSpan limit) => AskAsync(silo, limit, static (_, answer) =>
        answer(ProbeOutcome.Alive));

    public Task<ProbeOutcome> ProbeOtherAsync(SiloAddress through, SiloAddress other, TimeSpan limit) =>
        AskAsync(through, limit, (peers, answer) => _ = AnswerAsync(peers, other, limit, answer));

    public void Tell(SiloAddress silo, MembershipVersion version) =>
        Send(silo, peers => peers._listener?.Heard(self.SiloAddress, version));

    public void Drop(SiloAddress silo) => self.Calls.LosePeer(cluster.NameOf(silo));

    /// <summary>Something came from a silo: a sign of life, and what it knows.</summary>
    public void Hear(SimSilo from) => _listener?.Heard(from.SiloAddress, from.MembershipPeers.Version);

    private MembershipVersion Version => _listener?.Version ?? default;

    private static async Task AnswerAsync(
        SimMembershipPeers peers, SiloAddress other, TimeSpan limit, Action<ProbeOutcome> answer)
    {
        var found = await peers.ProbeAsync(other, limit / 2);
        answer(found == ProbeOutcome.Alive ? ProbeOutcome.Alive : ProbeOutcome.Dead);
    }

    private Task<ProbeOutcome> AskAsync(SiloAddress silo, TimeSpan limit, Action<SimMembershipPeers, Action<ProbeOutcome>> handle)
    {
        var outcome = new TaskCompletionSource<ProbeOutcome>();
        cluster.Loop.After(self.Lane, limit, () => outcome.TrySetResult(ProbeOutcome.NoAnswer));
        Send(silo, peers =>
        {
            peers.Hear(self);
            handle(peers, found => peers.Send(self.SiloAddress, me =>
            {
                me.Hear(peers.Self);
                outcome.TrySetResult(found);
            }));
        });
        return outcome.Task;
    }

    private SimSilo Self => self;

    private void Send(SiloAddress silo, Action<SimMembershipPeers> arrive) =>
        cluster.Network.Send(self.Name, cluster.NameOf(silo), [], (host, _) => arrive(((SimSilo)host).MembershipPeers));
}
