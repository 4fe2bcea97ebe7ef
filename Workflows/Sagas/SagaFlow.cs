namespace Orchestration.Workflows;

/// <summary>
/// The saga, or the compensation, that workflow code belongs to as it runs: follows the code through its awaits.
/// </summary>
internal sealed class SagaFlow
{
    private static readonly AsyncLocal<SagaFlow?> Ambient = new();

    private readonly SagaFlow? _outer;
    private readonly List<long> _steps = [];
    private bool _closed;

    private SagaFlow(SagaFlow? outer, long compensates)
    {
        _outer = outer;
        Compensates = compensates;
    }

    /// <summary>What the calling code belongs to; null outside of sagas.</summary>
    public static SagaFlow? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>The compensation that the code carries out; 0 where it is a saga's body.</summary>
    public long Compensates { get; }

    /// <summary>Whether cancelled activities are waited for, so that no compensation overtakes its step.</summary>
    public bool WaitsForCanceled => Compensates == 0;

    /// <summary>The activities that the saga's body has asked for.</summary>
    public IReadOnlyList<long> Steps => _steps;

    /// <summary>Whether the saga takes no further steps: what it did is being undone.</summary>
    public bool IsClosed => _closed || (_outer?.IsClosed ?? false);

    /// <summary>A body within what the calling code belongs to.</summary>
    public static SagaFlow OfBody() => new(Current, 0);

    /// <summary>A compensation: on its own, since sagas around it that fail have to let it end.</summary>
    public static SagaFlow OfCompensation(long command) => new(null, command);

    public void Close() => _closed = true;

    /// <summary>Notes an activity; sagas around this one count it among theirs.</summary>
    public void Note(long activity)
    {
        for (var flow = this; flow is not null; flow = flow._outer)
            if (flow.Compensates == 0) flow._steps.Add(activity);
    }
}
