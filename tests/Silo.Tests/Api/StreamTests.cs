using System.Text.Json.Nodes;

namespace Orchestration.Silo.Tests.Api;

public sealed class StreamTests(ApiSilo silo) : IClassFixture<ApiSilo>
{
    private const string Workflows = "/api/v1/namespaces/default/workflows";

    [Fact]
    public async Task Stream_RunThatSaysThings_TellsThemAndEndsWithIt()
    {
        await silo.StartAsync("told");
        using var stream = await OpenAsync("told", null);
        var first = await stream.NextAsync();
        Assert.Equal("running", (string)first.Data["status"]!);
        await silo.PostAsync($"{Workflows}/told/signals/Say", """{"arguments": ["x"]}""");
        var said = await stream.UntilAsync(static e => e.Data["customStatus"] is not null);
        Assert.Equal("heard 1", (string)said.Data["customStatus"]!);
        await silo.PostAsync($"{Workflows}/told/signals/End");
        var last = await stream.UntilAsync(static e => e.Name == "end");
        Assert.Equal("completed", (string)last.Data["status"]!);
        Assert.Null(await stream.TryNextAsync());
        using var again = await RequestAsync("told", last.Id);
        Assert.Equal(204, (int)again.StatusCode);
    }

    [Fact]
    public async Task Stream_ResumedByItsCursor_GoesOnWhereItWas()
    {
        await silo.StartAsync("resumed");
        StreamEvent seen;
        using (var stream = await OpenAsync("resumed", null))
        {
            await silo.PostAsync($"{Workflows}/resumed/signals/Say", """{"arguments": ["x"]}""");
            seen = await stream.UntilAsync(static e => (string?)e.Data["customStatus"] == "heard 1");
        }

        await silo.PostAsync($"{Workflows}/resumed/signals/Say", """{"arguments": ["y"]}""");
        using var resumed = await OpenAsync("resumed", seen.Id);
        var next = await resumed.UntilAsync(static e => e.Data["customStatus"] is not null);
        Assert.Equal("heard 2", (string)next.Data["customStatus"]!);
    }

    [Fact]
    public async Task Stream_CursorThatIsNone_IsAProblem()
    {
        await silo.StartAsync("cursor");
        (await silo.GetAsync($"{Workflows}/cursor/stream?cursor=nonsense")).AssertProblem(400, "invalid-request");
    }

    private async Task<HttpResponseMessage> RequestAsync(string id, string? last)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Workflows}/{id}/stream");
        if (last is not null) request.Headers.Add("Last-Event-ID", last);
        return await silo.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private async Task<EventStream> OpenAsync(string id, string? last)
    {
        var response = await RequestAsync(id, last);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    private sealed record StreamEvent(string Id, string Name, JsonNode Data);

    private sealed class EventStream(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

        public async Task<StreamEvent?> TryNextAsync()
        {
            using var limit = new CancellationTokenSource(Limit);
            var (id, name, data) = ("", "", "");
            while (await reader.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
                else if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
                else if (line.Length == 0 && data.Length > 0) return new StreamEvent(id, name, JsonNode.Parse(data)!);
            }

            return null;
        }

        public async Task<StreamEvent> NextAsync() =>
            await TryNextAsync() ?? throw new InvalidOperationException("The stream has ended.");

        public async Task<StreamEvent> UntilAsync(Func<StreamEvent, bool> wanted)
        {
            while (true)
                if (await NextAsync() is var e && wanted(e)) return e;
        }

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }
    }
}
