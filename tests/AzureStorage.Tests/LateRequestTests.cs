using System.Text;
using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Workflows;

namespace Orchestration.AzureStorage.Tests;

/// <summary>
/// Appends that arrive long after their sender has given up on them: none stands where it may not, none stands twice.
/// </summary>
public sealed class LateRequestTests
{
    private static readonly StoreKey Key = new(new WorkflowKey("order-1"), new RunId(Guid.NewGuid()));

    [Theory]
    [InlineData(AzureStorageForm.SharedLog)]
    [InlineData(AzureStorageForm.BlobPerRun)]
    public async Task AppendAsync_LateAfterItsRepeat_StandsOnce(AzureStorageForm form)
    {
        await using var fixture = new AzureFixture(form);
        await using var silo = await Silo.OpenAsync(fixture);
        silo.IsLate = true;
        var append = silo.History.AppendAsync(Turn("ours")).AsTask();
        await silo.GivenUpAsync();
        silo.IsLate = false;
        Assert.Equal(AppendOutcome.Appended, (await append).Outcome);
        Assert.All(await silo.Faults.ArriveAsync(), static status => Assert.Equal(412, status));
        Assert.Equal(["started", "ours"], await HistoryAsync(fixture.History));
    }

    [Theory]
    [InlineData(AzureStorageForm.SharedLog)]
    [InlineData(AzureStorageForm.BlobPerRun)]
    public async Task AppendAsync_LateAfterAForeignTurn_IsRefused(AzureStorageForm form)
    {
        await using var fixture = new AzureFixture(form);
        await using var silo = await Silo.OpenAsync(fixture);
        silo.IsLate = true;
        var ours = Turn("ours");
        await Assert.ThrowsAsync<StoreUnavailable>(async () => await silo.History.AppendAsync(ours));
        silo.IsLate = false;
        Assert.Equal(AppendOutcome.Appended, (await fixture.History.AppendAsync(Turn("theirs"))).Outcome);
        Assert.All(await silo.Faults.ArriveAsync(), static status => Assert.Equal(412, status));
        Assert.Equal(AppendOutcome.Conflict, (await silo.History.AppendAsync(ours)).Outcome);
        Assert.Equal(["started", "theirs"], await HistoryAsync(silo.History));
    }

    [Theory]
    [InlineData(AzureStorageForm.SharedLog)]
    [InlineData(AzureStorageForm.BlobPerRun)]
    public async Task AppendAsync_LateBeforeItsRepeat_IsRecognised(AzureStorageForm form)
    {
        await using var fixture = new AzureFixture(form);
        await using var silo = await Silo.OpenAsync(fixture);
        silo.IsLate = true;
        var ours = Turn("ours");
        await Assert.ThrowsAsync<StoreUnavailable>(async () => await silo.History.AppendAsync(ours));
        silo.IsLate = false;
        Assert.Equal(201, (await silo.Faults.ArriveAsync())[0]);
        Assert.Equal(AppendOutcome.Appended, (await silo.History.AppendAsync(ours)).Outcome);
        Assert.Equal(["started", "ours"], await HistoryAsync(fixture.History));
    }

    private static AppendRequest Turn(string body) => new()
    {
        Key = Key, ExpectedSequence = 1, TurnId = new TurnId(Guid.NewGuid(), 2), EventCount = 1, Format = 1,
        Body = Encoding.UTF8.GetBytes(body),
    };

    private static async Task<List<string>> HistoryAsync(IHistoryStore store) =>
        [.. (await store.ReadAsync(Key, 0, 1)).Batches.Select(static b => Encoding.UTF8.GetString(b.Body.Span))];

    /// <summary>A silo beside the fixture's own, whose appends can be held up.</summary>
    private sealed class Silo : IAsyncDisposable
    {
        private readonly TaskCompletionSource _late = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private AzureStorageStores _stores = null!;
        private volatile bool _isLate;

        public FaultPolicy Faults { get; } = new();

        public IHistoryStore History => _stores.History;

        /// <summary>Whether appends are held up.</summary>
        public bool IsLate
        {
            get => _isLate;
            set => _isLate = value;
        }

        public static async Task<Silo> OpenAsync(AzureFixture fixture)
        {
            await fixture.OpenAsync();
            var silo = new Silo();
            var options = fixture.Options();
            (options.RetryLimit, options.RetryDelay) = (TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));
            options.ConfigureClient = client => client.AddPolicy(silo.Faults, Azure.Core.HttpPipelinePosition.BeforeTransport);
            silo.Faults.Decide = (_, request) =>
            {
                var isLate = silo._isLate && request.Uri.Query.Contains("appendblock", StringComparison.Ordinal);
                if (isLate) silo._late.TrySetResult();
                return isLate ? RequestFault.Late : RequestFault.None;
            };
            silo._stores = await AzureStorageStores.OpenAsync(options);
            await silo.History.AppendAsync(new AppendRequest
            {
                Key = Key, ExpectedSequence = 0, TurnId = new TurnId(Guid.NewGuid(), 1), EventCount = 1, Format = 1,
                Body = Encoding.UTF8.GetBytes("started"),
                Header = new RunHeader("orders", Shards.Of(Key.Key), DateTimeOffset.UnixEpoch, null),
                Summary = new RunSummary(WorkflowStatus.Running, RunState.Runnable, null),
            });
            return silo;
        }

        /// <summary>Waits until one is on its way and given up.</summary>
        public Task GivenUpAsync() => _late.Task;

        public ValueTask DisposeAsync() => _stores.DisposeAsync();
    }
}
