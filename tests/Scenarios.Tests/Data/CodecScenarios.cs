using System.Security.Cryptography;
using System.Text;
using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Testing;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Data;

/// <summary>Values that pass a codec which never gives the same bytes twice.</summary>
public sealed class CodecScenarios
{
    private static readonly Aes First = new("test/aes-1");
    private static readonly Aes Second = new("test/aes-2");

    [Fact]
    public Task Codec_EveryKindOfValue_ComesBackAndIsNowhereInTheClear() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => Host(o, First, Second));
        s.OnDisk().Script(async () =>
        {
            var run = s.Env.Client.GetWorkflow<Parcel>("w");
            await run.StartAsync("secret start");
            await run.SignalAsync(w => w.Note("secret note"));
            Assert.Equal("secret start, secret note", await run.QueryAsync(w => w.Notes()));
            Assert.Equal("secret start, secret note, secret update", await run.UpdateAsync(w => w.AddAsync("secret update")));
            Assert.Equal("secret status", (await run.DescribeAsync()).CustomStatus is { } status
                ? First.Converter(Second).FromPayload(status, typeof(string)) : null);
            await run.SignalAsync(w => w.Go());
            Assert.Equal("<secret start, secret note, secret update> <child>", await run.GetResultAsync());
            await AssertNothingInTheClearAsync(s, "w");
            await AssertNothingInTheClearAsync(s, "w-child");
        });
    });

    [Fact]
    public Task Codec_AnotherOneWrites_OldHistoriesStayReadable() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => Host(o, First, Second));
        s.Script(async () =>
        {
            var run = s.Env.Client.GetWorkflow<Parcel>("w");
            await run.StartAsync("secret start");
            await s.Env.DeployAsync(static o => Host(o, Second, First));
            await run.SignalAsync(w => w.Go());
            Assert.Equal("<secret start> <child>", await run.GetResultAsync());
            var history = await HistoryAsync(s, "w");
            Assert.Contains(First.Name, history, StringComparison.Ordinal);
            Assert.Contains(Second.Name, history, StringComparison.Ordinal);
        });
    });

    [Fact]
    public Task Codec_Missing_StallsTheRunUntilItIsThere() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => Host(o, First, Second));
        s.Script(async () =>
        {
            var run = s.Env.Client.GetWorkflow<Parcel>("w");
            await run.StartAsync("secret start");
            await run.SignalAsync(w => w.Note("secret note"));
            await s.Env.DeployAsync(static o => Host(o, Second));
            await s.Env.AdvanceAsync(TimeSpan.FromDays(2)); // its reminder is due
            await s.UntilAsync(async () => (await run.DescribeAsync()).Status == WorkflowStatus.Stalled, "the stall");
            var stall = (await run.DescribeAsync()).Stall!;
            Assert.Equal(FaultCodes.UndecodablePayload, stall.Code);
            Assert.Contains(First.Name, stall.Message, StringComparison.Ordinal);

            await s.Env.DeployAsync(static o => Host(o, Second, First));
            await run.SignalAsync(w => w.Go());
            Assert.Equal("<secret start, secret note> <child>", await run.GetResultAsync());
        });
    });

    [Fact]
    public async Task Codec_PayloadOfAnother_IsRefusedBeforeAnythingIsWritten()
    {
        await using var env = await WorkflowTestEnvironment.StartAsync(static o => Host(o, First));
        var run = env.Client.GetWorkflow<Parcel>("w");
        await run.StartAsync("x");
        var foreign = Second.Converter().ToPayload("secret", typeof(string));
        foreach (var signal in new[] { "Note", "NobodyKnowsYet" })
        {
            var refused = await Assert.ThrowsAsync<InvalidRequest>(
                () => env.Client.GetWorkflow("w").SignalAsync(signal, [foreign]));
            Assert.Contains("ORCH0012", refused.Message, StringComparison.Ordinal);
        }

        var start = await Assert.ThrowsAsync<InvalidRequest>(
            () => env.Client.GetWorkflow("v", "codec-parcel").StartAsync(foreign));
        Assert.Contains("ORCH0012", start.Message, StringComparison.Ordinal);
        var unread = Assert.Throws<PayloadUndecodable>(() => First.Converter().FromPayload(foreign, typeof(string)));
        Assert.Equal((FaultCodes.UndecodablePayload, Second.Name), (unread.Code, unread.Codec));
    }

    [Fact]
    public void Converter_NamesAndBytes_AreChecked()
    {
        Assert.Throws<InvalidRequest>(static () => new CodecPayloadConverter(new Aes("a b")));
        Assert.Throws<InvalidRequest>(static () => new CodecPayloadConverter(new Aes(Payload.JsonEncoding)));
        Assert.Throws<InvalidRequest>(static () => new CodecPayloadConverter(First, [new Aes(First.Name)]));
        var payload = First.Converter().ToPayload(new byte[] { 1, 2 }, typeof(byte[]));
        Assert.Equal(new byte[] { 1, 2 }, First.Converter().FromPayload(payload, typeof(byte[])));
        var changed = new Payload(payload.Data.ToArray().Select(static b => (byte)(b ^ 1)).ToArray(), payload.Headers);
        Assert.Throws<PayloadUndecodable>(() => First.Converter().FromPayload(changed, typeof(byte[])));
        Assert.Throws<PayloadUndecodable>(() => JsonPayloadConverter.Default.FromPayload(payload, typeof(byte[])));

        // In the clear again, and what was there before stays readable.
        var clear = new CodecPayloadConverter(null, [First]);
        Assert.Equal("\"x\"", clear.ToPayload("x", typeof(string)).ToString());
        Assert.Equal("x", clear.FromPayload(First.Converter().ToPayload("x", typeof(string)), typeof(string)));
    }

    private static void Host(WorkflowTestOptions options, Aes writes, params Aes[] reads) => options
        .AddWorkflow<Parcel>().AddWorkflow<Inner>().AddActivities(new World())
        .Engine(e => e.PayloadConverter = writes.Converter(reads));

    private static async Task AssertNothingInTheClearAsync(Scenario s, string id)
    {
        var history = await HistoryAsync(s, id);
        Assert.Contains(First.Name, history, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", history, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("secret"u8), history, StringComparison.Ordinal);
    }

    private static async Task<string> HistoryAsync(Scenario s, string id)
    {
        var history = new StringBuilder();
        await foreach (var e in s.Env.Client.GetWorkflow(id).GetHistoryAsync()) history.Append(e.Json);
        return history.ToString();
    }

    public interface IWorld
    {
        Task<string> WrapAsync(string text);
    }

    public sealed class World : IWorld
    {
        public Task<string> WrapAsync(string text) => Task.FromResult($"<{text}>");
    }

    [Workflow("codec-parcel")]
    public sealed class Parcel : Workflow<string, string>
    {
        private readonly List<string> _notes = [];
        private bool _goes;

        [Query]
        public string Notes() => string.Join(", ", _notes);

        [Signal]
        public void Note(string note) => _notes.Add(note);

        [Signal]
        public void Go() => _goes = true;

        [Update]
        public Task<string> AddAsync(string note)
        {
            _notes.Add(note);
            return Task.FromResult(Notes());
        }

        public override async Task<string> RunAsync(string input)
        {
            _notes.Insert(0, input);
            Context.SetStatus("secret status");
            await Context.WhenAsync(() => _goes, TimeSpan.FromDays(1));
            await Context.WhenAsync(() => _goes);
            var wrapped = await Context.Activities<IWorld>(Quick.Options).WrapAsync(Notes());
            return $"{wrapped} {await Context.Child<Inner>("w-child").ExecuteAsync("secret child")}";
        }
    }

    [Workflow("codec-inner")]
    public sealed class Inner : Workflow<string, string>
    {
        public override Task<string> RunAsync(string input) =>
            Context.Activities<IWorld>(Quick.Options).WrapAsync(input["secret ".Length..]);
    }

    /// <summary>AES-GCM with a nonce drawn anew each time, and what it takes to use it.</summary>
    private sealed class Aes(string name) : IPayloadCodec
    {
        private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes(name));

        public string Name => name;

        public ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> data)
        {
            var coded = new byte[12 + 16 + data.Length];
            RandomNumberGenerator.Fill(coded.AsSpan(0, 12));
            using var aes = new AesGcm(_key, 16);
            aes.Encrypt(coded.AsSpan(0, 12), data.Span, coded.AsSpan(28), coded.AsSpan(12, 16));
            return coded;
        }

        public ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> data)
        {
            var plain = new byte[data.Length - 28];
            using var aes = new AesGcm(_key, 16);
            aes.Decrypt(data.Span[..12], data.Span[28..], data.Span.Slice(12, 16), plain);
            return plain;
        }

        public CodecPayloadConverter Converter(params Aes[] readers) => new(this, readers);
    }
}
