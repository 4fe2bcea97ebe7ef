using System.Text.Json;
using Orchestration.Grains.Storage;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orchestration.Grains.Hosting;

/// <summary>Orleans' grain storage over the store that also keeps the histories: small states as JSON, guarded by tags.</summary>
internal sealed class StoreGrainStorage(ISmallStateStore store) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = await store.ReadAsync(stateName, grainId.ToString());
        grainState.State = found is null
            ? Activator.CreateInstance<T>() : JsonSerializer.Deserialize<T>(found.Data.Span, JsonSerializerOptions.Web)!;
        grainState.ETag = found?.ETag;
        grainState.RecordExists = found is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var data = JsonSerializer.SerializeToUtf8Bytes(grainState.State, JsonSerializerOptions.Web);
        var known = grainState.RecordExists ? grainState.ETag : null;
        grainState.ETag = await store.WriteAsync(stateName, grainId.ToString(), known, data)
            ?? throw new InconsistentStateException($"The state '{stateName}' of {grainId} was changed by somebody else.", null,
                grainState.ETag);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (!await store.ClearAsync(stateName, grainId.ToString(), grainState.ETag))
            throw new InconsistentStateException($"The state '{stateName}' of {grainId} was changed by somebody else.", null,
                grainState.ETag);
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }
}
