using System.Globalization;
using System.Text;

namespace Orchestration.Testing.Histories;

/// <summary>What came of the replay of one history.</summary>
public sealed record ReplayResult
{
    /// <summary>The file, or what else it was read from.</summary>
    public required string Source { get; init; }

    /// <summary>What came of it.</summary>
    public required ReplayOutcome Outcome { get; init; }

    /// <summary>The workflow type's name; null where the history could not be read.</summary>
    public string? WorkflowType { get; init; }

    /// <summary>The instance's id; null where the history could not be read.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>The run's id; null where the history could not be read.</summary>
    public string? RunId { get; init; }

    /// <summary>How many events it has.</summary>
    public int Events { get; init; }

    /// <summary>The event at which it no longer fits; 0 where it fits.</summary>
    public long EventNumber { get; init; }

    /// <summary>What the history records there; null where there is no such thing.</summary>
    public string? Expected { get; init; }

    /// <summary>What today's code asks for instead.</summary>
    public string? Actual { get; init; }

    /// <summary>What is wrong; null where it fits.</summary>
    public string? Message { get; init; }

    /// <summary>Why the history cannot be read; null where it can.</summary>
    public HistoryFileDamaged? Error { get; init; }

    /// <summary>Whether runs with this history go on under today's code.</summary>
    public bool Fits => Outcome == ReplayOutcome.Fits;

    /// <summary>The result in words, with expected against actual.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Source}: {Outcome}");
        if (WorkflowType is not null)
            text.Append(CultureInfo.InvariantCulture, $" ({WorkflowType} '{WorkflowId}', run {RunId}, {Events} events)");
        if (Message is not null) text.Append('\n').Append("  ").Append(Message);
        if (EventNumber > 0) text.Append(CultureInfo.InvariantCulture, $"\n  at event {EventNumber}");
        if (Expected is not null) text.Append("\n  expected by the history: ").Append(Expected);
        if (Actual is not null) text.Append("\n  asked for by the code:   ").Append(Actual);
        return text.ToString();
    }
}
