using System.Net.Sockets;
using System.Text;

namespace Orchestration.Silo.Tests.Api;

/// <summary>Whatever comes in, what goes out says what to do and nothing of the program's inside.</summary>
public sealed class BadRequestTests(ApiSilo silo) : IClassFixture<ApiSilo>
{
    private const string Workflows = "/api/v1/namespaces/default/workflows";

    [Theory]
    [InlineData("{", "unreadable-body")]
    [InlineData("", "invalid-request")]
    [InlineData("null", "unreadable-body")]
    [InlineData("[]", "unreadable-body")]
    [InlineData("""{"id": 5, "type": "talk"}""", "unreadable-body")]
    [InlineData("""{"id": "x", "type": "talk", "inptu": 1}""", "unreadable-body")]
    [InlineData("""{"id": "x", "type": "talk", "idReuse": "sometimes"}""", "unreadable-body")]
    [InlineData("""{"id": "x", "type": "talk", "idReuse": 1}""", "unreadable-body")]
    [InlineData("""{"id": "x", "type": "talk", "signal": {}}""", "unreadable-body")]
    [InlineData("""{"id": "x", "type": "talk", "input": {"$payload": 5}}""", "unreadable-body")]
    [InlineData("""{"id": "x"}""", "invalid-request")]
    [InlineData("""{"id": "", "type": "talk"}""", "invalid-identifier")]
    [InlineData("""{"id": "a\u0001", "type": "talk"}""", "invalid-identifier")]
    [InlineData("""{"id": "x", "type": "talk", "input": 5}""", "invalid-request")]
    [InlineData("""{"id": "x", "type": "talk", "runTimeoutSeconds": -1}""", "invalid-request")]
    [InlineData("""{"id": "x", "type": "talk", "runTimeoutSeconds": 1e300}""", "invalid-request")]
    public async Task Start_BadBody_IsAProblem(string body, string code) =>
        (await silo.PostAsync(Workflows, body)).AssertProblem(400, code);

    [Fact]
    public async Task Start_UnknownField_IsNamed()
    {
        var answer = await silo.PostAsync(Workflows, """{"id": "x", "type": "talk", "inptu": 1}""");
        Assert.Contains("'inptu'", (string)answer.Json["detail"]!, StringComparison.Ordinal);
    }

    /// <summary>Each address that takes a body, with one that cannot be read: nothing of it takes effect.</summary>
    public static TheoryData<string, string> BodiesNobodyReads
    {
        get
        {
            string[] places =
            [
                "namespaces/default/workflows", "namespaces/default/workflows/w/signals/Say",
                "namespaces/default/workflows/w/queries/Heard", "namespaces/default/workflows/w/updates/Count",
                "namespaces/default/workflows/w/cancel", "namespaces/default/workflows/w/terminate",
                "namespaces/default/workflows/w/activities/1/pause", "namespaces/default/workflows/w/activities/1/resume",
                "namespaces/default/workflows/w/activities/1/reset", "activities/complete", "activities/fail",
                "activities/cancel", "activities/heartbeat", "tokens/complete", "tokens/reject", "workers/poll",
                "workers/heartbeat", "workers/complete", "workers/fail", "workers/cancel",
            ];
            string[] bodies =
            [
                "{", "[]", "5", "{} {}", """{"noSuchField": 1}""", """{"token": {}, "runId": [], "queue": {}, "type": 5}""",
                "{\"arguments\": " + new string('[', 500) + new string(']', 500) + "}",
            ];
            var all = new TheoryData<string, string>();
            foreach (var place in places)
                foreach (var body in bodies) all.Add(place, body);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(BodiesNobodyReads))]
    public async Task Body_ThatCannotBeRead_IsAProblemAtEveryAddress(string place, string body) =>
        (await silo.PostAsync($"/api/v1/{place}", body)).AssertProblem(400, "unreadable-body");

    [Theory]
    [InlineData("""{"id": "?", "type": "talk"}""")]
    [InlineData("""{"id": "x", "type": "talk", "input": "?"}""")]
    [InlineData("""{"id": "x", "type": "talk", "input": {"a": "?"}}""")]
    public async Task Body_NotUtf8_IsAProblem(string body)
    {
        var parts = body.Split('?');
        using var request = new HttpRequestMessage(HttpMethod.Post, Workflows)
        {
            Content = new ByteArrayContent(
                [.. Encoding.UTF8.GetBytes(parts[0]), 0xC3, 0x28, .. Encoding.UTF8.GetBytes(parts[1])]),
        };
        request.Content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json");
        (await silo.SendAsync(request)).AssertProblem(400, "unreadable-body");
    }

    [Theory]
    [InlineData("?statsu=failed")]
    [InlineData("?status=bad")]
    [InlineData("?status=1")]
    [InlineData("?pageSize=0")]
    [InlineData("?pageSize=1001")]
    [InlineData("?pageSize=many")]
    [InlineData("?startedFrom=yesterday")]
    [InlineData("?cursor=nonsense")]
    [InlineData("?type=a&type=b")]
    [InlineData("?startedFrom=2030-01-02&startedBefore=2030-01-01")]
    [InlineData("?closedBefore=tomorrow")]
    [InlineData("?closedFrom=2030-01-02&closedBefore=2030-01-01")]
    public async Task List_BadQuery_IsAProblem(string query) =>
        (await silo.GetAsync(Workflows + query)).AssertProblem(400, "invalid-request");

    [Theory]
    [InlineData("/api/v1/namespaces/default/workflows/none", 404, "workflow-not-found")]
    [InlineData("/api/v1/namespaces/default/workflows/none/history", 404, "workflow-not-found")]
    [InlineData("/api/v1/namespaces/default/workflows/none/history/export", 404, "workflow-not-found")]
    [InlineData("/api/v1/namespaces/default/workflows/none/stream", 404, "workflow-not-found")]
    [InlineData("/api/v1/namespaces/default/workflows/none/result?wait=0", 404, "workflow-not-found")]
    [InlineData("/api/v1/namespaces/default/workflows/none/result?wait=61", 400, "invalid-request")]
    [InlineData("/api/v1/namespaces/default/workflows/none?runId=5", 400, "invalid-request")]
    [InlineData("/api/v1/namespaces/default/workflows/%01", 400, "invalid-identifier")]
    [InlineData("/api/v1/namespaces/default/workflows/~!!!!", 400, "invalid-request")]
    [InlineData("/api/v1/namespaces/b%20d/workflows", 400, "invalid-identifier")]
    [InlineData("/api/v1/nothing", 404, "no-such-address")]
    [InlineData("/api/v1/tokens/complete", 405, "method-not-allowed")]
    public async Task Get_WhatIsNotThere_IsAProblem(string path, int status, string code) =>
        (await silo.GetAsync(path)).AssertProblem(status, code);

    [Fact]
    public async Task Message_RefusedByTheRun_IsAProblem()
    {
        await silo.StartAsync("refusing");
        (await silo.PostAsync($"{Workflows}/refusing/updates/Count", """{"arguments": [""]}""")).AssertProblem(422,
            "update-rejected");
        (await silo.PostAsync($"{Workflows}/refusing/updates/None")).AssertProblem(422, "update-rejected");
        (await silo.PostAsync($"{Workflows}/refusing/queries/None")).AssertProblem(422, "query-failed");
        (await silo.PostAsync($"{Workflows}/refusing/signals/Say", """{"arguments": [5, 6]}""")).AssertProblem(400,
            "invalid-request");
        (await silo.PostAsync($"{Workflows}/refusing/activities/99/pause")).AssertProblem(409, "activity-not-pending");
        (await silo.PostAsync(Workflows, """{"id": "y", "type": "none"}""")).AssertProblem(404, "unknown-workflow-type");
    }

    [Fact]
    public async Task Body_OverTheLimit_IsAProblem()
    {
        var large = new string('x', 3 << 20);
        (await silo.PostAsync(Workflows, $$"""{"id": "x", "type": "talk", "input": "{{large}}"}"""))
            .AssertProblem(413, "payload-too-large");

        // Asked first: the server ends a connection on which it is sent what it has refused.
        using var larger = new HttpRequestMessage(HttpMethod.Post, Workflows)
        {
            Content = new StringContent(
                $$"""{"id": "x", "type": "talk", "input": "{{large}}{{large}}"}""", Encoding.UTF8, "application/json"),
        };
        larger.Headers.ExpectContinue = true;
        (await silo.SendAsync(larger)).AssertProblem(413, "body-too-large");
    }

    [Fact]
    public async Task Body_NotJson_IsAProblem()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Workflows) { Content = new StringContent("a=b") };
        (await silo.SendAsync(request)).AssertProblem(415, "not-json");
    }

    [Theory]
    [InlineData("Host", "evil.example", "host-not-allowed")]
    [InlineData("Origin", "http://evil.example", "origin-not-allowed")]
    [InlineData("Origin", "null", "origin-not-allowed")]
    [InlineData("Sec-Fetch-Site", "cross-site", "origin-not-allowed")]
    [InlineData("Sec-Fetch-Site", "same-site", "origin-not-allowed")]
    public async Task Request_OfAnotherOrigin_IsRefused(string header, string value, string code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Workflows);
        request.Headers.TryAddWithoutValidation(header, value);
        (await silo.SendAsync(request)).AssertProblem(403, code);
    }

    [Fact]
    public async Task Request_OfTheSameOrigin_IsLetIn()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Workflows);
        request.Headers.TryAddWithoutValidation("Origin", silo.Address.GetLeftPart(UriPartial.Authority));
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        Assert.Equal(200, (await silo.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Request_ThatIsNoHttp_IsAnsweredAndForgotten()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(silo.Address.Host, silo.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync("HELLO\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.StartsWith("HTTP/1.1 400", await reader.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(200, (await silo.GetAsync(Workflows)).Status);
    }
}
