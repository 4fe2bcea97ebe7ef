using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Silo.Api;
using Orchestration.Silo.Api.Hosting;
using Orchestration.Silo.Hosting;
using Orleans.Hosting;

namespace Orchestration.Silo.Tests.Api;

/// <summary>A silo in the test's process that serves the API at a free port, and a client that calls it over a socket.</summary>
public class ApiSilo : IAsyncLifetime
{
    private WebApplication? _app;

    public HttpClient Http { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

    public IWorkflowClient Client => Services.GetRequiredService<IWorkflowClient>();

    public InMemoryHistoryStore Store { get; } = new();

    protected virtual FileInfo? KeyFile => null;

    protected virtual bool DecodesPayloads => false;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHistoryStore>(Store);
        builder.Services.AddSingleton<IReminderStore, InMemoryReminderStore>();
        builder.Services.AddSingleton<ISmallStateStore, InMemorySmallStateStore>();
        builder.Services.AddSingleton<Tokens>();
        ((IHostApplicationBuilder)builder).UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(SiloPorts.OrFree(0), SiloPorts.OrFree(0));
            silo.UseStoreReminders();
            silo.AddOrchestration(options =>
            {
                options.AddWorkflow<Talk>().AddWorkflow<Refuse>().AddWorkflow<Outside>().AddActivities<OutsideActivities>()
                    .AddWorkflow<Approval>().AddActivities<Post>();
                Configure(options);
            });
        });
        OwnClient.Add(builder.Services);
        ApiHosting.Add(builder, new ApiSettings(new IPEndPoint(IPAddress.Loopback, 0), true, KeyFile)
        {
            DecodesPayloads = DecodesPayloads,
        });
        _app = builder.Build();
        ApiHosting.Map(_app);
        await _app.StartAsync();
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Hosts more.</summary>
    protected virtual void Configure(OrchestrationOptions options)
    {
    }

    /// <summary>Posts JSON.</summary>
    public async Task<Answer> PostAsync(string path, string json = "{}", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await SendAsync(request);
    }

    public async Task<Answer> GetAsync(string path, string? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (tag is not null) request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(tag));
        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(
            (int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, response.Headers.ETag?.ToString(),
            response.Headers.Location?.ToString());
    }

    /// <summary>Starts a workflow.</summary>
    public async Task<string> StartAsync(string id, string type = "talk", string input = "\"x\"")
    {
        var answer = await PostAsync(
            "/api/v1/namespaces/default/workflows",
            $$"""{"id": {{System.Text.Json.JsonSerializer.Serialize(id)}}, "type": "{{type}}", "input": {{input}}}""");
        Assert.Equal(201, answer.Status);
        return (string)answer.Json["runId"]!;
    }

    /// <summary>What was answered.</summary>
    public sealed record Answer(int Status, string Text, string? MediaType, string? Tag, string? Location)
    {
        public JsonNode Json => JsonNode.Parse(Text)!;

        /// <summary>A problem, and nothing of the program's inside.</summary>
        public void AssertProblem(int status, string code)
        {
            Assert.Equal((status, "application/problem+json"), (Status, MediaType));
            Assert.Equal(code, (string?)Json["code"]);
            Assert.Equal(status, (int)Json["status"]!);
            Assert.False(string.IsNullOrEmpty((string?)Json["detail"]));
            Assert.False(string.IsNullOrEmpty((string?)Json["remedy"]));
            Assert.StartsWith("/docs/", (string?)Json["type"], StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Orchestration.Silo", Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", Text, StringComparison.Ordinal);
        }
    }
}
