using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Tests.Hosting;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orchestration.Runtime.Tests.Persistence;

public interface INotesGrain : IGrainWithStringKey
{
    Task AddAsync(string note);

    Task<string[]> ReadAsync();

    Task ClearAsync();

    Task<bool> ExistsAsync();

    Task LeaveAsync();
}

[GenerateSerializer]
public sealed class Notes
{
    [Id(0)]
    public List<string> Lines { get; set; } = [];
}

public sealed class NotesGrain([PersistentState("notes", "test")] IPersistentState<Notes> notes) : Grain, INotesGrain
{
    public Task AddAsync(string note)
    {
        notes.State.Lines.Add(note);
        return notes.WriteStateAsync();
    }

    public Task<string[]> ReadAsync() => Task.FromResult(notes.State.Lines.ToArray());

    public Task ClearAsync() => notes.ClearStateAsync();

    public Task<bool> ExistsAsync() => Task.FromResult(notes.RecordExists);

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public sealed class PersistentStateTests
{
    [Fact]
    public async Task State_Written_IsReadByTheNextActivation()
    {
        await using var silo = await TestSilo.StartAsync(static builder => builder.AddMemoryGrainStorage("test"));
        var grain = silo.Grain<INotesGrain>("a");
        Assert.False(await grain.ExistsAsync());
        await grain.AddAsync("one");
        await grain.LeaveAsync();
        Assert.Equal(["one"], await grain.ReadAsync());
        Assert.True(await grain.ExistsAsync());
        await grain.ClearAsync();
        await grain.LeaveAsync();
        Assert.Empty(await grain.ReadAsync());
        Assert.False(await grain.ExistsAsync());
    }

    [Fact]
    public async Task State_ChangedByAnotherWriter_FailsTheWriteAndEndsTheActivation()
    {
        await using var silo = await TestSilo.StartAsync(static builder => builder.AddMemoryGrainStorage("test"));
        var grain = silo.Grain<INotesGrain>("a");
        await grain.AddAsync("one");
        var store = silo.Services.GetRequiredKeyedService<IGrainStorage>("test");
        var record = new GrainState<Notes>();
        await store.ReadStateAsync("notes", grain.GetGrainId(), record);
        record.State!.Lines.Add("from elsewhere");
        await store.WriteStateAsync("notes", grain.GetGrainId(), record);
        var error = await Assert.ThrowsAsync<InconsistentStateException>(() => grain.AddAsync("two"));
        Assert.Equal(record.ETag, error.StoredEtag);
        Assert.Equal(["one", "from elsewhere"], await grain.ReadAsync());
        await grain.AddAsync("three");
        Assert.Equal(["one", "from elsewhere", "three"], await grain.ReadAsync());
    }

    [Fact]
    public async Task State_StoreNotRegistered_FailsTheCallWithItsName()
    {
        await using var silo = await TestSilo.StartAsync();
        var error = await Assert.ThrowsAsync<OrleansConfigurationException>(() => silo.Grain<INotesGrain>("a").ReadAsync());
        Assert.Contains("'test'", error.Message, StringComparison.Ordinal);
    }
}
