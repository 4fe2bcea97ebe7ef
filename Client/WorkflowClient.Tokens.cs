using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Workflows;

namespace Orchestration.Client;

public sealed partial class WorkflowClient
{
    /// <inheritdoc/>
    public Task CompleteTokenAsync<T>(string token, T value, CancellationToken cancellationToken)
    {
        var payload = value as Payload ?? _parts.Options.PayloadConverter.ToPayload(value, typeof(T));
        if (payload.Data.Length > _parts.Options.MaximumPayloadBytes)
            throw new PayloadTooLarge("token's answer", payload.Data.Length, _parts.Options.MaximumPayloadBytes);
        return EndTokenAsync(token, payload, null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task RejectTokenAsync(string token, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reason);
        var failure = new FailureInfo
        {
            Kind = FailureKind.Application, Type = "TokenRejected", NonRetryable = true,
            Message = reason.Length <= 4000 ? reason : reason[..4000],
        };
        return EndTokenAsync(token, null, failure, cancellationToken);
    }

    private async Task EndTokenAsync(string text, Payload? result, FailureInfo? failure, CancellationToken cancellationToken)
    {
        var token = TokenText.Parse(text);
        var request = new CompleteTokenRequest
        {
            Request = ClientIdentity.Next(), RunId = token.RunId.Value, Command = token.Command, Secret = token.Secret,
            Result = result, Failure = failure,
        };
        var grain = _parts.Grains.GetGrain<IWorkflowMessagesGrain>(token.Key.ToGrainKey());
        var reply = await _parts.Sender.SendAsync("completion of a token", token.Key, (grain, request),
            static s => s.grain.CompleteTokenAsync(s.request), static reply => reply.Fault, cancellationToken);
        if (reply.Fault is { } fault) throw Faults.ToException(fault, token.Key, null, token.RunId, "token's answer");
    }
}
