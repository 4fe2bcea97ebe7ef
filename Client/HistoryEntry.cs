namespace Orchestration.Client;

/// <summary>One event of a run's history.</summary>
/// <param name="Sequence">Its number, from 1.</param>
/// <param name="Type">Its alias, such as <c>activity-scheduled</c>.</param>
/// <param name="Time">The event time: it never runs backward within a run.</param>
/// <param name="Json">The whole event as stored, secrets included: see <see cref="WithoutSecrets"/>.</param>
public sealed record HistoryEntry(long Sequence, string Type, DateTimeOffset Time, string Json)
{
    /// <summary>
    /// The event as people may be shown it: whoever has a token may complete it, so the secrets of tokens are left out, and the
    /// tokens themselves wherever they stand in values. A history that is written so replays as before.
    /// </summary>
    public HistoryEntry WithoutSecrets() => this with { Json = HistorySecrets.Hide(Type, Json) };
}
