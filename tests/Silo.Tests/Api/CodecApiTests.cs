using System.Text;
using System.Text.Json.Nodes;
using Orchestration.Grains.Hosting;
using Orchestration.Silo.Tests.Workers;
using Orchestration.Workflows;

namespace Orchestration.Silo.Tests.Api;

/// <summary>A codec that nobody should use.</summary>
public sealed class Flip : IPayloadCodec
{
    public string Name => "test/flip";

    public ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> data) =>
        data.ToArray().Select(static b => (byte)(b ^ 0xA5)).ToArray();

    public ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> data) => Encode(data);
}

/// <summary>A silo whose values pass a codec, and which shows them as they are stored.</summary>
public class EncodingSilo : ApiSilo
{
    protected override void Configure(OrchestrationOptions options)
    {
        options.PayloadConverter = new CodecPayloadConverter(new Flip());
        options.AddWorkflow<Remote>();
    }
}

/// <summary>The same, told to decode.</summary>
public sealed class DecodingSilo : EncodingSilo
{
    protected override bool DecodesPayloads => true;
}

public sealed class EncodedValuesTests(EncodingSilo silo) : IClassFixture<EncodingSilo>
{
    [Fact]
    public async Task Values_SentInTheClear_AreEncodedInTheHistoryAndShownAsStored()
    {
        await CodecScript.PlayAsync(silo);
        foreach (var shown in await CodecScript.ShownAsync(silo))
        {
            Assert.DoesNotContain("secret", shown, StringComparison.Ordinal);
            Assert.Contains("test/flip", shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Work_OfAnOutsideWorker_IsGivenAsStoredAndTakenEitherWay()
    {
        var work = await CodecScript.PollAsync(silo);
        var wrapped = work["arguments"]![0]!["$payload"]!;
        Assert.Equal("test/flip", (string)wrapped["headers"]!["encoding"]!);
        var argument = new Flip().Decode(Convert.FromBase64String((string)wrapped["data"]!));
        Assert.Equal("\"secret argument\"", Encoding.UTF8.GetString(argument.Span));
        var result = Convert.ToBase64String(new Flip().Encode("\"secret result\""u8.ToArray()).Span);
        Assert.Equal("secret result", await CodecScript.CompleteAsync(silo, work, $$$"""
            {"$payload": {"headers": {"encoding": "test/flip", "encoded": "json/plain"}, "data": "{{{result}}}"}}
            """));
    }
}

public sealed class DecodedValuesTests(DecodingSilo silo) : IClassFixture<DecodingSilo>
{
    [Fact]
    public async Task Values_WhereThatIsAllowed_AreShownDecoded()
    {
        await CodecScript.PlayAsync(silo);
        foreach (var shown in await CodecScript.ShownAsync(silo)) Assert.Contains("secret", shown, StringComparison.Ordinal);
        var exported = await silo.GetAsync("/api/v1/namespaces/default/workflows/coded/history/export");
        Assert.DoesNotContain("secret", exported.Text, StringComparison.Ordinal); // replays read what is stored
    }

    [Fact]
    public async Task Work_OfAnOutsideWorker_IsGivenDecodedAndItsResultEncoded()
    {
        var work = await CodecScript.PollAsync(silo);
        Assert.Equal("secret argument", (string)work["arguments"]![0]!);
        Assert.Equal("secret result", await CodecScript.CompleteAsync(silo, work, "\"secret result\""));
    }

    [Fact]
    public async Task Value_UnderAnUnknownCodec_IsRefused()
    {
        var start = await silo.PostAsync("/api/v1/namespaces/default/workflows", """
            {"id": "foreign", "type": "talk", "input":
             {"$payload": {"headers": {"encoding": "acme/lost", "encoded": "json/plain"}, "data": "AAAA"}}}
            """);
        start.AssertProblem(400, "invalid-request");
        Assert.Contains("ORCH0012", start.Text, StringComparison.Ordinal);
        Assert.Contains("acme/lost", start.Text, StringComparison.Ordinal);
    }
}

internal static class CodecScript
{
    private const string Workflows = "/api/v1/namespaces/default/workflows";

    /// <summary>A run whose every value is secret, sent in the clear.</summary>
    public static async Task PlayAsync(ApiSilo silo)
    {
        await silo.StartAsync("coded", "talk", "\"secret input\"");
        Assert.Equal(204, (await silo.PostAsync($"{Workflows}/coded/signals/Say", """{"arguments": ["secret word"]}""")).Status);
        await silo.PostAsync($"{Workflows}/coded/updates/Count", """{"arguments": ["secret count"]}""");
        await silo.PostAsync($"{Workflows}/coded/signals/End");
        Assert.Equal("secret input: secret word secret count", await silo.Client.GetWorkflow("coded").GetResultAsync<string>());
        await AssertStoredEncodedAsync(silo, "coded");
    }

    /// <summary>What the API shows of it.</summary>
    public static async Task<IReadOnlyList<string>> ShownAsync(ApiSilo silo) =>
    [
        (await silo.GetAsync($"{Workflows}/coded/history")).Text,
        (await silo.GetAsync($"{Workflows}/coded/result")).Text,
        (await silo.PostAsync($"{Workflows}/coded/queries/Heard")).Text,
    ];

    public static async Task<JsonNode> PollAsync(ApiSilo silo)
    {
        await silo.StartAsync("worked", "remote", """{"activity": "coded:it", "arguments": ["secret argument"]}""");
        var answer = await silo.PostAsync("/api/v1/workers/poll", """{"queue": "coded", "worker": "w", "waitSeconds": 30}""");
        Assert.Equal(200, answer.Status);
        return answer.Json;
    }

    public static async Task<string> CompleteAsync(ApiSilo silo, JsonNode work, string result)
    {
        var answer = await silo.PostAsync(
            "/api/v1/workers/complete", $$"""{"token": "{{work["token"]}}", "result": {{result}} }""");
        Assert.Equal(204, answer.Status);
        var outcome = await silo.Client.GetWorkflow("worked").GetResultAsync<string>();
        await AssertStoredEncodedAsync(silo, "worked");
        return outcome;
    }

    private static async Task AssertStoredEncodedAsync(ApiSilo silo, string id)
    {
        var events = 0;
        await foreach (var entry in silo.Client.GetWorkflow(id).GetHistoryAsync())
        {
            events++;
            Assert.DoesNotContain("secret", entry.Json, StringComparison.Ordinal);
            Assert.DoesNotContain("c2Vjcm", entry.Json, StringComparison.Ordinal); // the same in base64
        }

        Assert.True(events > 2);
    }
}
