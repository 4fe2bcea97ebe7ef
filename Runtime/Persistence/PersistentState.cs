using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orchestration.Runtime.Persistence;

/// <summary>One named piece of a grain's state: what is in memory, and the version of the record that it came from.</summary>
internal sealed class PersistentState<TState>(string name, GrainId grain, IGrainStorage storage) : IPersistentState<TState>
{
    private readonly GrainState<TState> _record = new(NewValue());

    public TState State
    {
        get => _record.State!;
        set => _record.State = value;
    }

    public string? Etag => _record.ETag;

    public bool RecordExists => _record.RecordExists;

    public Task ReadStateAsync() => ReadStateAsync(default);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        await storage.ReadStateAsync(name, grain, _record, cancellationToken);
        _record.State ??= NewValue();
    }

    public Task WriteStateAsync() => WriteStateAsync(default);

    public Task WriteStateAsync(CancellationToken cancellationToken) =>
        storage.WriteStateAsync(name, grain, _record, cancellationToken);

    public Task ClearStateAsync() => ClearStateAsync(default);

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        await storage.ClearStateAsync(name, grain, _record, cancellationToken);
        _record.State = NewValue();
        _record.RecordExists = false;
    }

    // A state type without a default constructor starts as null, which the grain sees by RecordExists.
    private static TState? NewValue() =>
        typeof(TState).IsValueType
            || typeof(TState).GetConstructor(Type.EmptyTypes) is not null ? Activator.CreateInstance<TState>() : default;
}
