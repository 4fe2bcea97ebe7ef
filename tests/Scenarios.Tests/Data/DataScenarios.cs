using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Data;

/// <summary>What user values come back as, and what of them is to be seen in a history.</summary>
public sealed class DataScenarios
{
    [Fact]
    public Task Data_JsonOfEveryShape_ComesBackEqual() => Run(static s => s.Script(async () =>
    {
        var sent = new Everything("text \u00e4 \u4e2d \U0001F600 \"quoted\"", null, 12345678901234567.89m, [1, 2, 3],
            new Dictionary<string, int?> { ["one"] = 1, ["none"] = null },
            new DateTimeOffset(2030, 2, 28, 1, 2, 3, TimeSpan.Zero));
        var back = await s.Env.Client.GetWorkflow<Carrier>("w").ExecuteAsync(sent);
        Assert.Equivalent(sent, back, strict: true);
        Assert.Null(await s.Env.Client.GetWorkflow<Carrier>("null").ExecuteAsync(null!));
    }));

    [Fact]
    public Task Data_Binary_IsCarriedAsItIs() => Run(static s => s.Script(async () =>
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(static i => (byte)i)];
        Assert.Equal(bytes, await s.Env.Client.GetWorkflow<Raw>("w").ExecuteAsync(bytes));
        Assert.Equal(new Payload(bytes, JsonPayloadConverter.Default.ToPayload(bytes, typeof(byte[])).Headers),
            await s.Env.Client.GetWorkflow("w").GetResultAsync<Payload>());
    }));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Data_CompressedAndEncryptedByTheConverter_ComesBackAndIsNotToBeReadInTheHistory(bool encrypts) =>
        Scenario.RunAsync(s =>
        {
            var codec = new Codec(encrypts);
            s.Host(o => o.AddWorkflow<Echo>().AddActivities(new World()).Engine(e => e.PayloadConverter = codec));
            s.Script(async () =>
            {
                var text = string.Concat(Enumerable.Repeat("a secret ", 1_000));
                Assert.Equal(text, await s.Env.Client.GetWorkflow<Echo>("w").ExecuteAsync(text));
                var history = new StringBuilder();
                await foreach (var e in s.Env.Client.GetWorkflow("w").GetHistoryAsync()) history.Append(e.Json);
                Assert.DoesNotContain("secret", history.ToString(), StringComparison.Ordinal);
                Assert.Contains(codec.Name, history.ToString(), StringComparison.Ordinal);
                Assert.InRange(history.Length, 1, text.Length); // compressed: three times the text is in it
            });
        });

    private static Task Run(Action<Scenario> define) => Scenario.RunAsync(s =>
    {
        s.Host(static o => o.AddWorkflow<Carrier>().AddWorkflow<Raw>().AddActivities(new World()));
        define(s);
    });

    public sealed record Everything(
        string Text, string? Nothing, decimal Number, int[] List, Dictionary<string, int?> Map, DateTimeOffset Time);

    public interface IData
    {
        Task<Everything?> CarryAsync(Everything? value);

        Task<string> EchoAsync(string text);
    }

    public sealed class World : IData
    {
        public Task<Everything?> CarryAsync(Everything? value) => Task.FromResult(value);

        public Task<string> EchoAsync(string text) => Task.FromResult(text);
    }

    [Workflow("data-carrier")]
    public sealed class Carrier : Workflow<Everything?, Everything?>
    {
        public override Task<Everything?> RunAsync(Everything? input) =>
            Context.Activities<IData>(Quick.Options).CarryAsync(input);
    }

    [Workflow("data-raw")]
    public sealed class Raw : Workflow<byte[], byte[]>
    {
        public override async Task<byte[]> RunAsync(byte[] input)
        {
            await Context.DelayAsync(TimeSpan.FromHours(1));
            return input;
        }
    }

    [Workflow("data-echo")]
    public sealed class Echo : Workflow<string, string>
    {
        public override Task<string> RunAsync(string input) => Context.Activities<IData>(Quick.Options).EchoAsync(input);
    }

    /// <summary>
    /// Compresses what JSON makes of a value, and encrypts it: deterministically, as the engine asks of a converter.
    /// </summary>
    private sealed class Codec(bool encrypts) : IPayloadConverter
    {
        private static readonly byte[] Key = SHA256.HashData("a key of the house"u8);

        public string Name => encrypts ? "test/deflate-aes" : "test/deflate";

        public Payload ToPayload(object? value, Type type)
        {
            var plain = JsonPayloadConverter.Default.ToPayload(value, type).Data;
            using var packed = new MemoryStream();
            using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(plain.Span);
            var bytes = packed.ToArray();
            if (encrypts)
            {
                using var aes = Cipher();
                var start = SHA256.HashData(bytes).AsSpan(0, 16);
                bytes = [.. start, .. aes.EncryptCbc(bytes, start)];
            }

            return new Payload(bytes, new Dictionary<string, string> { [Payload.EncodingHeader] = Name });
        }

        public object? FromPayload(Payload payload, Type type)
        {
            if (payload.Encoding != Name) return JsonPayloadConverter.Default.FromPayload(payload, type);
            var bytes = payload.Data.ToArray();
            if (encrypts)
            {
                using var aes = Cipher();
                bytes = aes.DecryptCbc(bytes.AsSpan(16), bytes.AsSpan(0, 16));
            }

            using var deflate = new DeflateStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            deflate.CopyTo(plain);
            return JsonPayloadConverter.Default.FromPayload(new Payload(plain.ToArray()), type);
        }

        private static Aes Cipher()
        {
            var aes = Aes.Create();
            aes.Key = Key;
            return aes;
        }
    }
}
