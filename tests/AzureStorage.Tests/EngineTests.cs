using Microsoft.Extensions.DependencyInjection;
using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Storage.AzureStorage;
using Orchestration.Tests.Engine;
using Orchestration.Tests.Servers;
using Orchestration.Tests.Support;

namespace Orchestration.AzureStorage.Tests;

/// <summary>The engine over Azure Storage.</summary>
public abstract class EngineTests(AzureStorageForm form) : LossConformance
{
    private AzuriteServer _server = null!;
    private Relay _relay = null!;
    private string _container = "orchestration";

    public override async Task InitializeAsync()
    {
        _server = await AzuriteServer.StartNewAsync();
        _relay = Relay.To(_server);
    }

    public override async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _server.DisposeAsync();
    }

    protected override void AddStore(IServiceCollection services, bool acceptRestore) => services.AddAzureStorage(store =>
    {
        (store.ConnectionString, store.Container, store.Form) = (_server.Address(port: _relay.Port), _container, form);
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
        var before = _relay.Refused;
        _relay.Cut();
        await Eventually.EventuallyAsync(() => _relay.Refused > before + 2, "requests find nobody");
        _relay.Mend();
    }

    public sealed class OfASharedLog() : EngineTests(AzureStorageForm.SharedLog);

    public sealed class OfABlobPerRun() : EngineTests(AzureStorageForm.BlobPerRun);
}
