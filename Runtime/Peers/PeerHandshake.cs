using Microsoft.AspNetCore.Connections;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Transport;
using Orleans.Runtime;

namespace Orchestration.Runtime.Peers;

/// <summary>
/// How two silos introduce themselves: who speaks and who is meant, a challenge, the proof that the connecting one knows the
/// secret, then the accepting one's. A stranger learns nothing from it that it could try secrets on.
/// </summary>
internal sealed class PeerHandshake(PeerIdentity identity, WireSerializer serializer)
{
    /// <summary>The version this silo speaks; another one only in tests.</summary>
    public ushort ProtocolVersion { get; init; } = Handshake.ProtocolVersion;

    /// <summary>This silo's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Hears what the other silo's clock says, and how long that may have been on its way.</summary>
    public Action<SiloAddress, long, TimeSpan>? Compare { get; init; }

    /// <exception cref="PeerRefusedException">One of the two refuses the other.</exception>
    public async Task ConnectAsync(ConnectionContext context, SiloAddress silo, CancellationToken cancel, bool isTrial = false)
    {
        var hello = new Hello
        {
            Role = PeerRole.Silo,
            ClusterId = identity.ClusterId,
            ServiceId = identity.ServiceId,
            Name = identity.SiloName,
            From = identity.Address,
            To = silo,
            Nonce = ClusterSecret.NewNonce(),
            Clock = Time.GetUtcNow().ToUnixTimeMilliseconds(),
            IsTrial = isTrial,
        };
        var asked = Time.GetTimestamp();
        await WriteAsync(context, hello, cancel);
        var challenge = await AnswerAsync<PeerChallenge>(context, silo, cancel);
        var took = Time.GetElapsedTime(asked);
        Check(silo, challenge.Outcome, challenge.Reason);
        await WriteAsync(context, new PeerProof(identity.Secret.Prove(hello, challenge.Nonce, connecting: true)), cancel);
        var welcome = await AnswerAsync<PeerWelcome>(context, silo, cancel);
        Check(silo, welcome.Outcome, welcome.Reason, isThere: true);
        if (!identity.Secret.IsProof(welcome.Proof, hello, challenge.Nonce, connecting: false))
            throw new PeerRefusedException(
                $"ORCH0203: {silo} does not know this cluster's secret, or speaks for another silo. Give all silos the same one.",
                forGood: true)
            {
                IsThere = true,
            };
        Compare?.Invoke(silo, challenge.Clock, took);
    }

    /// <summary>Takes a silo in; null and the reason where it is refused, and null alone where it has only tried.</summary>
    public async Task<(SiloAddress? Peer, HelloOutcome Outcome, string? Reason)> AcceptAsync(
        ConnectionContext context, Func<Hello, (HelloOutcome Outcome, string? Reason)> refuse,
        Func<SiloAddress, CancellationToken, ValueTask<(HelloOutcome Outcome, string? Reason)>> admit, CancellationToken cancel)
    {
        var (hello, version) = await Handshake.ReadAsync<Hello>(
            context.Transport.Input, Handshake.MaxHelloBytes, serializer, cancel, ProtocolVersion);
        var challenge = Challenge(hello, version, refuse);
        await WriteAsync(context, challenge, cancel);

        // This very silo, which looks who is at its address, is nobody to be told of.
        var isSelf = challenge.Outcome == HelloOutcome.NotThisOne && identity.Address.Equals(hello?.From);
        if (challenge.Outcome != HelloOutcome.Welcome) return (null, challenge.Outcome, isSelf ? null : challenge.Reason);
        var (proof, _) = await Handshake.ReadAsync<PeerProof>(
            context.Transport.Input, Handshake.MaxHelloBytes, serializer, cancel, ProtocolVersion);
        if (proof is null || !identity.Secret.IsProof(proof.Proof, hello!, challenge.Nonce, connecting: true))
        {
            const string Reason = "ORCH0203: it does not know the secret of this cluster; give all silos the same one";
            await WriteAsync(context, new PeerWelcome { Outcome = HelloOutcome.WrongCluster, Reason = Reason }, cancel);
            return (null, HelloOutcome.WrongCluster, Reason);
        }

        if (await admit(hello!.From!, cancel) is { Reason: { } unwanted } verdict)
        {
            await WriteAsync(context, new PeerWelcome { Outcome = verdict.Outcome, Reason = unwanted }, cancel);
            return (null, verdict.Outcome, unwanted);
        }

        Compare?.Invoke(hello.From!, hello.Clock, TimeSpan.Zero);
        await WriteAsync(
            context, new PeerWelcome { Proof = identity.Secret.Prove(hello, challenge.Nonce, connecting: false) }, cancel);
        return (hello.IsTrial ? null : hello.From, HelloOutcome.Welcome, null);
    }

    /// <summary>Tells a silo that it is refused before it has said anything.</summary>
    public ValueTask RefuseAsync(ConnectionContext context, string reason, CancellationToken cancel) =>
        WriteAsync(context, Refuse(HelloOutcome.WrongCluster, reason), cancel);

    private static void Check(SiloAddress silo, HelloOutcome outcome, string? reason, bool isThere = false)
    {
        if (outcome != HelloOutcome.Welcome)
            throw new PeerRefusedException(
                $"{silo} refuses this silo: {reason}", outcome == HelloOutcome.WrongCluster, outcome == HelloOutcome.HasLeft)
            {
                IsThere = isThere, IsElsewhere = outcome == HelloOutcome.NotThisOne,
            };
    }

    private PeerChallenge Challenge(
        Hello? hello, ushort version, Func<Hello, (HelloOutcome Outcome, string? Reason)> refuse)
    {
        if (hello is null) return Refuse(
            HelloOutcome.WrongCluster, $"ORCH0201: it speaks protocol version {version}, this silo version {ProtocolVersion}");
        if (hello.Role != PeerRole.Silo) return Refuse(
            HelloOutcome.WrongCluster, "this port is for silos; clients connect to the gateway's");
        if (hello.From is null || hello.To is null || hello.Nonce is not { Length: ClusterSecret.NonceBytes }) return Refuse(
            HelloOutcome.WrongCluster, "it does not say who it is");
        if (hello.ClusterId != identity.ClusterId || hello.ServiceId != identity.ServiceId) return Refuse(
            HelloOutcome.WrongCluster,
            $"ORCH0203: it is of cluster '{hello.ClusterId}' and service '{hello.ServiceId}', "
            + $"this silo of '{identity.ClusterId}' and '{identity.ServiceId}'");
        if (!hello.To.Equals(identity.Address)) return Refuse(
            HelloOutcome.NotThisOne, $"it looks for {hello.To}, this is {identity.Address}");
        return refuse(hello) is { Reason: { } reason } verdict
            ? Refuse(verdict.Outcome, reason)
            : new PeerChallenge { Nonce = ClusterSecret.NewNonce(), Clock = Time.GetUtcNow().ToUnixTimeMilliseconds() };
    }

    private static PeerChallenge Refuse(HelloOutcome outcome, string reason) => new() { Outcome = outcome, Reason = reason };

    private ValueTask WriteAsync<T>(ConnectionContext context, T message, CancellationToken cancel) =>
        Handshake.WriteAsync(context.Transport.Output, message, serializer, cancel, ProtocolVersion);

    private async Task<T> AnswerAsync<T>(ConnectionContext context, SiloAddress silo, CancellationToken cancel)
        where T : class
    {
        try
        {
            var (answer, version) = await Handshake.ReadAsync<T>(
                context.Transport.Input, Handshake.MaxHelloBytes, serializer, cancel, ProtocolVersion);
            return answer ?? throw new PeerRefusedException(
                $"ORCH0201: {silo} speaks protocol version {version}, this silo version {ProtocolVersion}.", forGood: true);
        }
        catch (InvalidDataException e)
        {
            throw new PeerRefusedException($"What listens at {silo} is no silo of this release: {e.Message}.", forGood: true);
        }
    }
}
