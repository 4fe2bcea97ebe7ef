using Microsoft.Extensions.DependencyInjection;
using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Storage.AzureStorage;
using Orchestration.Tests.Engine;
using Orchestration.Tests.Servers;

namespace Orchestration.AzureStorage.Tests;

/// <summary>The engine over Azure Storage.</summary>
public abstract class EngineTests(AzureStorageForm form) : LossConformance
{
    private AzuriteServer _server = null!;
    private string _container = "orchestration";

    public override async Task InitializeAsync() => _server = await AzuriteServer.StartNewAsync(inMemory: false);

    public override async Task DisposeAsync() => await _server.DisposeAsync();

    protected override void AddStore(IServiceCollection services, bool acceptRestore) => services.AddAzureStorage(store =>
    {
        (store.ConnectionString, store.Container, store.Form) = (_server.Address(), _container, form);
        (store.FlushBytes, store.AcceptRestore) = (20_000, acceptRestore);
        (store.RetryLimit, store.RetryDelay) = (TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(50));
    });

    protected override Task BackUpAsync() => _server.CopyAsync("orchestration", "backup");

    protected override async Task PutBackAsync()
    {
        await _server.CopyAsync("backup", "restored");
        _container = "restored";
    }

    protected override async Task LoseAsync()
    {
        await _server.StopAsync();
        await _server.StartAsync();
    }

    public sealed class OfASharedLog() : EngineTests(AzureStorageForm.SharedLog);

    public sealed class OfABlobPerRun() : EngineTests(AzureStorageForm.BlobPerRun);
}
