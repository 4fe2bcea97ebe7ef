using System.Collections.Frozen;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

/// <summary>An attempt as its own code sees it. After the attempt's end heartbeats are passed over.</summary>
internal sealed class AttemptContext(ActivityAttempt attempt) : ActivityContext
{
    private IReadOnlyDictionary<string, string>? _headers;

    /// <inheritdoc/>
    public override WorkflowKey Workflow => WorkflowKey.FromGrainKey(attempt.Task.Id.Workflow);

    /// <inheritdoc/>
    public override RunId RunId => new(attempt.Task.Id.RunId);

    /// <inheritdoc/>
    public override string ActivityType => attempt.Task.ActivityType;

    /// <inheritdoc/>
    public override int Attempt => attempt.Task.Id.Attempt;

    /// <inheritdoc/>
    public override string IdempotencyKey =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{attempt.Task.Id.RunId:N}/{attempt.Task.Id.Command}");

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Headers =>
        _headers ?? attempt.Task.Headers ?? (IReadOnlyDictionary<string, string>)FrozenDictionary<string, string>.Empty;

    /// <inheritdoc/>
    public override string CompletionToken => attempt.Task.IsLocal
        ? throw new InvalidOperationException("A local activity cannot be completed from outside.")
        : ActivityToken.Of(attempt.Task.Id);

    /// <inheritdoc/>
    public override CancellationToken CancellationToken => attempt.Token;

    /// <inheritdoc/>
    public override ActivityCancellationReason CancellationReason => attempt.Reason;

    /// <inheritdoc/>
    /// <exception cref="PayloadTooLarge">The details are over the payload limit.</exception>
    /// <exception cref="PayloadConversionFailed">The details cannot be encoded.</exception>
    public override void Heartbeat(object? details = null) =>
        attempt.Beat(details is null ? null : details as Payload ?? attempt.Converter.ToPayload(details, details.GetType()));

    /// <inheritdoc/>
    /// <exception cref="PayloadConversionFailed">The details are not of that type.</exception>
    public override bool TryGetHeartbeatDetails<T>(out T? details)
        where T : default
    {
        details = default;
        if (attempt.DetailsLeft is not { } left) return false;
        details = (T?)attempt.Converter.FromPayload(left, typeof(T));
        return true;
    }

    /// <summary>An interceptor hands on other headers.</summary>
    internal void SetHeaders(IReadOnlyDictionary<string, string> headers) => _headers = headers;
}
