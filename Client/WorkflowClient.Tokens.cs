using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Workflows;

namespace Orchestration.Client;

public sealed partial class WorkflowClient
{
    /// <inheritdoc/>
    public Task CompleteTokenAsync<T>(string token, T value, CancellationToken cancellationToken = default)
    {
        var payload = value as Payload ?? _parts.Options.PayloadConverter.ToPayload(value, typeof(T));
        if (payload.Data.Length > _parts.Options.MaximumPayloadBytes)
            throw new PayloadTooLarge("token's answer", payload.Data.Length, _parts.Options.MaximumPayloadBytes);
        return InterceptTokenAsync(token, payload, null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task RejectTokenAsync(string token, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return InterceptTokenAsync(token, null, reason, cancellationToken);
    }

    private Task InterceptTokenAsync(string text, Payload? value, string? rejection, CancellationToken cancellationToken)
    {
        var token = TokenText.Parse(text);
        return InterceptorChain.Call(
            _parts.Interceptors,
            new TokenCall
            {
                Key = token.Key, RunId = token.RunId, Token = text, Value = value, Rejection = rejection,
                CancellationToken = cancellationToken,
            },
            static (interceptor, call, next) => interceptor.EndTokenAsync(call, next),
            call => EndTokenAsync(call.Token, call.Value, call.Rejection is { } reason ? Rejected(reason) : null,
                call.CancellationToken));
    }

    private static FailureInfo Rejected(string reason) => new()
    {
        Kind = FailureKind.Application, Type = "TokenRejected", NonRetryable = true,
        Message = reason.Length <= 4000 ? reason : reason[..4000],
    };

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
