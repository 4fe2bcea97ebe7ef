using System.Globalization;
using System.Text;
using Azure.Core;
using Azure.Storage.Blobs.Specialized;
using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.AzureStorage.Log;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.AzureStorage.Tests;

/// <summary>
/// A copy is put over a container underneath silos, blob by blob and in any order: none of them writes into a blob that was
/// replaced, also before it sees by the witness that the container is another one. The silos' time stands still here, so that
/// they do not look at that.
/// </summary>
public sealed class CopyOverTests
{
    private const string CreationTime = "x-ms-creation-time";

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(AzureStorageForm.SharedLog, "as named")]
    [InlineData(AzureStorageForm.SharedLog, "reversed")]
    [InlineData(AzureStorageForm.SharedLog, "histories first")]
    [InlineData(AzureStorageForm.BlobPerRun, "as named")]
    [InlineData(AzureStorageForm.BlobPerRun, "reversed")]
    [InlineData(AzureStorageForm.BlobPerRun, "histories first")]
    public async Task Copy_PutBlobByBlobUnderneathSilosThatWrite_IsNotWrittenInto(AzureStorageForm form, string order)
    {
        await using var fixture = await AzureFixture.OpenNewAsync(form);
        await using var one = await Writer.OpenAsync(fixture, _time, "one");
        await using var two = await Writer.OpenAsync(fixture, _time, "two");
        Writer[] writers = [one, two];
        foreach (var writer in writers)
        {
            Assert.True(await writer.TurnAsync());
            Assert.True(await writer.TurnAsync());
            Assert.True(await writer.StateAsync());
        }

        var copy = await CopyTool.TakeAsync(fixture.Client, fixture.Client);
        foreach (var writer in writers)
        {
            Assert.True(await writer.TurnAsync());
            Assert.True(await writer.StateAsync());
        }

        foreach (var name in Ordered(copy.Names, order))
        {
            await HoldAsync(fixture, copy.Names);
            await copy.PutAsync(name);
            foreach (var writer in writers)
            {
                await writer.StartAsync();
                var (turned, isReplaced) = (await writer.TurnAsync(), IsHistory(name, writer.Run));
                Assert.False(turned && isReplaced, $"A turn was written after {name} was put over the history.");
                if (isReplaced) writer.Forget(); // what was acknowledged before it is as lost as what the copy never had
                await writer.StateAsync();
            }
        }

        Assert.Empty(await copy.ChangedAsync());
        var isShared = form == AzureStorageForm.SharedLog;
        Assert.All(copy.Refused, static name => Assert.Contains("/segments/", name, StringComparison.Ordinal));
        Assert.Equal(isShared ? 1 : 0, copy.Refused.Count); // the service does not let a log be overwritten that is written to
        foreach (var writer in writers) Assert.False(await writer.StateAsync());
        await CheckAsync(fixture, isShared ? writers : []);
    }

    [Theory]
    [InlineData("as it is", true)]
    [InlineData("as it is", false)]
    [InlineData("older", true)]
    [InlineData("older", false)]
    [InlineData("newer than one silo knows", true)]
    [InlineData("newer than one silo knows", false)]
    public async Task Copy_OfALogThatNobodyHolds_IsNotWrittenInto(string state, bool tellsCreationTimes)
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        await using var knows = await Writer.OpenAsync(fixture, _time, "knows", tellsCreationTimes);
        await using var lags = await Writer.OpenAsync(fixture, _time, "lags", tellsCreationTimes);
        Assert.True(await lags.TurnAsync());
        Assert.True(await knows.TurnAsync());
        Assert.True(await lags.TurnAsync());
        CopyTool? copy = null;
        if (state == "older") copy = await CopyTool.TakeAsync(fixture.Client, fixture.Client);
        Assert.True(await knows.TurnAsync());
        Assert.True(await knows.TurnAsync());
        copy ??= await CopyTool.TakeAsync(fixture.Client, fixture.Client);
        if (state == "newer than one silo knows") Assert.True(await knows.TurnAsync());

        var segment = Segment(copy.Names);
        await fixture.Client.GetBlobClient(segment).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        Assert.True(await copy.PutAsync(segment));
        var writer = state == "newer than one silo knows" ? lags : knows;
        Assert.Contains("--accept-restore", (await writer.RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.False(await knows.TurnAsync());
        Assert.False(await writer.StateAsync()); // nor anything else any more
        Assert.Empty(await copy.ChangedAsync());
    }

    [Fact]
    public async Task Copy_OfALogThatIsRemovedFirst_IsNotWrittenInto()
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        await using var writer = await Writer.OpenAsync(fixture, _time, "one");
        Assert.True(await writer.TurnAsync());
        var copy = await CopyTool.TakeAsync(fixture.Client, fixture.Client);
        var segment = fixture.Client.GetBlobClient(Segment(copy.Names));
        await segment.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        await segment.DeleteAsync();
        Assert.Contains("Undelete", (await writer.RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.False((await segment.ExistsAsync()).Value);
        Assert.True(await copy.PutAsync(segment.Name));
        Assert.Contains("--accept-restore", (await writer.RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.Empty(await copy.ChangedAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_OfALogThatWentOnElsewhere_IsNotWrittenInto(bool tellsCreationTimes)
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        await using var other = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        await using var knows = await Writer.OpenAsync(fixture, _time, "knows", tellsCreationTimes);
        await using var lags = await Writer.OpenAsync(fixture, _time, "lags", tellsCreationTimes);
        Assert.True(await knows.TurnAsync());
        Assert.True(await lags.TurnAsync());
        await (await CopyTool.TakeAsync(fixture.Client, other.Client)).PutAllAsync();
        var options = other.Options();
        options.AcceptRestore = true;
        await using (var accepted = await AzureStorageStores.OpenAsync(options))
            Assert.Equal(AppendOutcome.Appended, (await accepted.History.AppendAsync(knows.Next())).Outcome);
        Assert.True(await knows.TurnAsync());

        // Of the same length as the one that it is put over, and not the same.
        var copy = await CopyTool.TakeAsync(other.Client, fixture.Client);
        var segment = Segment(copy.Names);
        await fixture.Client.GetBlobClient(segment).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        Assert.True(await copy.PutAsync(segment));
        Assert.Contains("--accept-restore", (await knows.RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.Contains("--accept-restore", (await lags.RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.Empty(await copy.ChangedAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_OfALogAlone_BetweenTwoLivesOfASilo_IsNotWrittenInto(bool tellsCreationTimes)
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        await fixture.History.AppendAsync(Opening.First("a"));
        await fixture.ReopenAsync(); // who made the segment does not know by itself when the service says that it was made
        await fixture.History.AppendAsync(Opening.First("b"));
        await ((SharedLogStore)fixture.History).FlushAsync();
        await fixture.History.AppendAsync(Opening.First("c"));
        await fixture.Stores.DisposeAsync();
        var copy = await CopyTool.TakeAsync(fixture.Client, fixture.Client);
        var segment = Segment(copy.Names);
        var blob = fixture.Client.GetBlobClient(segment);
        await blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        var made = (await blob.GetPropertiesAsync()).Value.CreatedOn; // in whole seconds
        await Eventually.EventuallyAsync(() => DateTimeOffset.UtcNow >= made.AddSeconds(1), "another second");
        Assert.True(await copy.PutAsync(segment));
        if (tellsCreationTimes)
        {
            var refused = await Opening.RefusedAsync(fixture.Options(), FaultCodes.StoreRestored);
            Assert.Contains("--accept-restore", refused.Message, StringComparison.Ordinal);
        }
        else
        {
            await using var writer = await Writer.OpenAsync(fixture, _time, "d", tellsCreationTimes);
            Assert.Contains("--accept-restore", (await writer.RefusedAsync()).Message, StringComparison.Ordinal);
        }

        Assert.Empty(await copy.ChangedAsync());
    }

    [Theory]
    [InlineData(AzureStorageForm.SharedLog)]
    [InlineData(AzureStorageForm.BlobPerRun)]
    public async Task Copy_OfAHistoryAlone_GoesOnOnceTheWitnessIsRemovedAndItIsConsentedTo(AzureStorageForm form)
    {
        await using var fixture = await AzureFixture.OpenNewAsync(form);
        await using var writer = await Writer.OpenAsync(fixture, _time, "one");
        Assert.True(await writer.TurnAsync());
        Assert.True(await writer.TurnAsync());
        if (fixture.History is SharedLogStore log) await log.FlushAsync();
        Assert.True(await writer.TurnAsync());
        var copy = await CopyTool.TakeAsync(fixture.Client, fixture.Client);
        var history = copy.Names.Single(IsHistory);
        if (form == AzureStorageForm.SharedLog)
            await fixture.Client.GetBlobClient(history).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        Assert.True(await copy.PutAsync(history));
        Assert.Contains("witness", (await writer.RefusedAsync()).Message, StringComparison.Ordinal);
        await fixture.Client.DeleteBlobAsync("witness");
        await Opening.RefusedAsync(fixture.Options(), FaultCodes.StoreRestored);
        var options = fixture.Options();
        options.AcceptRestore = true;
        await using var accepted = await AzureStorageStores.OpenAsync(options);
        Assert.True(accepted.WasRestored);
        Assert.Equal(AppendOutcome.Appended, (await accepted.History.AppendAsync(writer.Next())).Outcome);
    }

    [Theory]
    [InlineData(AzureStorageForm.SharedLog)]
    [InlineData(AzureStorageForm.BlobPerRun)]
    public async Task Copy_ThatWasConsentedTo_GoesOnForEver(AzureStorageForm form)
    {
        await using var fixture = await AzureFixture.OpenNewAsync(form);
        await using var copied = new AzureFixture(form);
        await using var before = await Writer.OpenAsync(fixture, _time, "one");
        for (var n = 0; n < 3; n++) Assert.True(await before.TurnAsync());
        if (fixture.History is SharedLogStore log) await log.FlushAsync();
        Assert.True(await before.TurnAsync());
        await fixture.Server.CopyAsync(fixture.Container, copied.Container);
        for (var life = 0; life < 3; life++)
        {
            var options = fixture.Options();
            (options.Container, options.AcceptRestore) = (copied.Container, life == 0);
            await using var stores = await AzureStorageStores.OpenAsync(options);
            Assert.Equal(life == 0, stores.WasRestored);
            Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(before.Next())).Outcome);
            before.Acknowledged.Add("");
            if (stores.History is SharedLogStore restored) await restored.FlushAsync();
        }

        await fixture.Server.Container(copied.Container).DeleteAsync();
    }

    [Theory]
    [InlineData("as it is", true)]
    [InlineData("as it is", false)]
    [InlineData("newer than the silo knows", true)]
    [InlineData("newer than the silo knows", false)]
    [InlineData("unknown to the silo", true)]
    [InlineData("unknown to the silo", false)]
    public async Task Copy_OfARunsHistory_IsNotWrittenInto(string state, bool tellsCreationTimes)
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.BlobPerRun);
        await using var writer = await Writer.OpenAsync(fixture, _time, "one", tellsCreationTimes);
        await using var other = await Writer.OpenAsync(fixture, _time, "two", tellsCreationTimes);
        Assert.True(await writer.TurnAsync());
        Assert.True(await writer.TurnAsync());
        if (state != "as it is") other.Adopt(writer);
        if (state == "newer than the silo knows")
        {
            Assert.True(await other.TurnAsync());
            writer.Adopt(other);
            Assert.True(await writer.TurnAsync());
            other.Adopt(writer);
        }

        var copy = await CopyTool.TakeAsync(fixture.Client, fixture.Client);
        var history = copy.Names.Single(name => IsHistory(name, writer.Run));
        Assert.True(await copy.PutAsync(history));
        var told = await (state == "as it is" ? writer : other).RefusedAsync();
        Assert.Contains("--accept-restore", told.Message, StringComparison.Ordinal);
        Assert.Empty(await copy.ChangedAsync());
    }

    [Theory]
    [InlineData("as it is")]
    [InlineData("older")]
    public async Task Copy_OfSmallState_IsNotWrittenInto(string state)
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        await using var writer = await Writer.OpenAsync(fixture, _time, "one");
        Assert.True(await writer.StateAsync());
        CopyTool? copy = null;
        if (state == "older") copy = await CopyTool.TakeAsync(fixture.Client, fixture.Client);
        Assert.True(await writer.StateAsync());
        copy ??= await CopyTool.TakeAsync(fixture.Client, fixture.Client);
        foreach (var name in copy.Names.Where(static name => name.StartsWith("state/", StringComparison.Ordinal)))
            Assert.True(await copy.PutAsync(name));
        var told = await Assert.ThrowsAsync<StoreUnavailable>(() => writer.WriteStateAsync());
        Assert.Contains("--accept-restore", told.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailable>(() => writer.ClearStateAsync());
        Assert.Empty(await copy.ChangedAsync());
    }

    [Fact]
    public async Task SmallState_ClearedAndMadeAnewByAnotherSilo_IsNoCopy()
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        var first = await fixture.SmallState.WriteAsync("schedule", "s", null, new byte[] { 1 });
        var second = await fixture.SmallState.WriteAsync("schedule", "s", first, new byte[] { 2 });
        await using var other = await AzureStorageStores.OpenAsync(fixture.Options());
        var seen = (await other.SmallState.ReadAsync("schedule", "s"))!.ETag;
        Assert.True(await other.SmallState.ClearAsync("schedule", "s", seen));
        Assert.NotNull(await other.SmallState.WriteAsync("schedule", "s", null, new byte[] { 3 }));
        Assert.Null(await fixture.SmallState.WriteAsync("schedule", "s", second, new byte[] { 4 }));
        Assert.False(await fixture.SmallState.ClearAsync("schedule", "s", second));
    }

    private static IEnumerable<string> Ordered(IReadOnlyList<string> names, string order) => order switch
    {
        "reversed" => names.Reverse(),
        "histories first" => names.OrderBy(static name => !IsHistory(name)).ThenByDescending(static name => name),
        _ => names,
    };

    private static bool IsHistory(string name) =>
        name.StartsWith("histories/", StringComparison.Ordinal) || name.Contains("/segments/", StringComparison.Ordinal);

    private static bool IsHistory(string name, StoreKey run) =>
        IsHistory(name) && name.Contains(run.RunId.ToString(), StringComparison.OrdinalIgnoreCase);

    private static string Segment(IEnumerable<string> names) =>
        names.Single(static name => name.Contains("/segments/", StringComparison.Ordinal));

    /// <summary>
    /// What a silo does that writes, every so often by its own clock, which stands still here: it prolongs its hold on the log.
    /// </summary>
    private static async Task HoldAsync(AzureFixture fixture, IReadOnlyList<string> names)
    {
        if (!names.Any(static name => name.Contains("/segments/", StringComparison.Ordinal))) return;
        var segment = Segment(names);
        var id = Guid.ParseExact(segment[(segment.LastIndexOf('-') + 1)..], "N");
        await fixture.Client.GetBlobClient(segment).GetBlobLeaseClient(id.ToString()).AcquireAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Whatever the silos acknowledged is there for who goes on from the container.</summary>
    private static async Task CheckAsync(AzureFixture fixture, Writer[] writers)
    {
        var options = fixture.Options();
        options.AcceptRestore = true;
        await using var stores = await AzureStorageStores.OpenAsync(options);
        foreach (var writer in writers)
        {
            Assert.Equal(
                writer.Acknowledged,
                (await stores.History.ReadAsync(writer.Run, 0, 1)).Batches.Select(
                    static batch => Encoding.UTF8.GetString(batch.Body.Span)));
            foreach (var started in writer.Started) Assert.NotNull(await stores.History.FindAsync(started.Key));
        }
    }

    /// <summary>A silo that writes turns of a run, small state and new runs, and keeps in mind what was acknowledged.</summary>
    private sealed class Writer : IAsyncDisposable
    {
        private readonly string _name;
        private readonly AzureStorageStores _stores;
        private string? _tag;

        private Writer(string name, AzureStorageStores stores) => (_name, _stores) = (name, stores);

        public StoreKey Run { get; private set; }

        public List<string> Acknowledged { get; private set; } = [];

        public List<StoreKey> Started { get; } = [];

        public static async Task<Writer> OpenAsync(
            AzureFixture fixture, TimeProvider time, string name, bool tellsCreationTimes = true)
        {
            var options = fixture.Options();
            if (!tellsCreationTimes)
                options.ConfigureClient = static client => client.AddPolicy(
                    new WithoutHeader(CreationTime), HttpPipelinePosition.BeforeTransport);
            var writer = new Writer(name, await AzureStorageStores.OpenAsync(options, timeProvider: time));
            writer.Run = new StoreKey(new WorkflowKey(name), new RunId(Guid.NewGuid()));
            return writer;
        }

        /// <summary>Takes over the run of another silo.</summary>
        public void Adopt(Writer other) => (Run, Acknowledged) = (other.Run, [.. other.Acknowledged]);

        public void Forget() => Acknowledged.Clear();

        /// <summary>The next turn.</summary>
        public AppendRequest Next()
        {
            var expected = Acknowledged.Count;
            return new AppendRequest
            {
                Key = Run, ExpectedSequence = expected, TurnId = new TurnId(Guid.NewGuid(), expected + 1), EventCount = 1,
                Format = 1,
                Body = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_name} {expected + 1:D4}")),
                Header = expected > 0 ? null
                    : new RunHeader("orders", Shards.Of(Run.Key, Shards.Default), DateTimeOffset.UnixEpoch, null),
                Summary = expected > 0 ? null : new RunSummary(WorkflowStatus.Running, RunState.Runnable, null),
            };
        }

        /// <summary>Writes the next turn; false where nothing is written.</summary>
        public async Task<bool> TurnAsync()
        {
            try
            {
                var next = Next();
                if ((await _stores.History.AppendAsync(next)).Outcome != AppendOutcome.Appended) return false;
                Acknowledged.Add(Encoding.UTF8.GetString(next.Body.Span));
                return true;
            }
            catch (StoreUnavailable)
            {
                return false;
            }
        }

        public Task<StoreUnavailable> RefusedAsync() =>
            Assert.ThrowsAsync<StoreUnavailable>(async () => await _stores.History.AppendAsync(Next()));

        /// <summary>Starts a run; in the form of a blob a run it has blobs of its own, which no copy puts over.</summary>
        public async Task StartAsync()
        {
            try
            {
                var first = Opening.First($"{_name}-{Started.Count}");
                if ((await _stores.History.AppendAsync(first)).Outcome == AppendOutcome.Appended) Started.Add(first.Key);
            }
            catch (StoreUnavailable)
            {
                // It is told that nothing is written.
            }
        }

        public async Task<string?> WriteStateAsync() =>
            await _stores.SmallState.WriteAsync("schedule", _name, _tag, Encoding.UTF8.GetBytes(_name));

        public async Task ClearStateAsync() => await _stores.SmallState.ClearAsync("schedule", _name, _tag);

        /// <summary>Writes small state over what it wrote before; false where nothing is written.</summary>
        public async Task<bool> StateAsync()
        {
            try
            {
                if (await WriteStateAsync() is not { } tag) return false;
                _tag = tag;
                return true;
            }
            catch (StoreUnavailable)
            {
                return false;
            }
        }

        public ValueTask DisposeAsync() => _stores.DisposeAsync();
    }
}
