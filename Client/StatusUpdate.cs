using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>What a run says of itself.</summary>
public sealed record StatusUpdate
{
    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Where the run stood when this was read; the last one of an ended run says how it ended.</summary>
    public required WorkflowStatus WorkflowStatus { get; init; }

    /// <summary>Its place among all that the run has said; to watch on from here later.</summary>
    public long Cursor { get; init; }

    /// <summary>How many history events the run had when this was read.</summary>
    public long HistoryLength { get; init; }

    /// <summary>When it was said; null where the run has said nothing.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The custom status as it was encoded; null for none.</summary>
    public Payload? CustomStatus { get; init; }

    /// <summary>The progress; null for none.</summary>
    public WorkflowProgress? Progress { get; init; }

    /// <summary>Reads the custom status; the default where there is none.</summary>
    /// <exception cref="PayloadConversionFailed">It cannot be read as that type.</exception>
    public T? GetStatus<T>(IPayloadConverter? converter = null) =>
        CustomStatus is null ? default : (T?)(converter ?? JsonPayloadConverter.Default).FromPayload(CustomStatus, typeof(T));
}
