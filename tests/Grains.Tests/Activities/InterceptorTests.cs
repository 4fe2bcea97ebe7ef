using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Activities;

/// <summary>Interceptors around attempts, and the scope that each attempt has.</summary>
public sealed class InterceptorTests
{
    [Fact]
    public async Task Interceptors_InOrderOfRegistration_ChangeArgumentsHeadersAndResults()
    {
        var seen = new ConcurrentQueue<string>();
        await using var silo = await TestSilo.StartAsync(
            new InMemoryHistoryStore(), static o => o.AddWorkflow<Greeting>().AddActivities<Greeter>(),
            services: s => s.AddSingleton(seen).AddScoped<Marker>()
                .AddScoped<IActivityInterceptor, Outer>().AddScoped<IActivityInterceptor, Inner>());
        Assert.Equal("hello BOB of 7+inner!", await silo.Client.GetWorkflow<Greeting>("g").ExecuteAsync("bob"));
        Assert.Equal(["outer in", "inner in", "outer out"], seen.Where(static e => e != "disposed"));
    }

    [Fact]
    public async Task Scope_EveryAttempt_HasOneOfItsOwn()
    {
        var seen = new ConcurrentQueue<string>();
        await using var silo = await TestSilo.StartAsync(
            new InMemoryHistoryStore(), static o => o.AddWorkflow<Greeting>().AddActivities<Greeter>(),
            services: s => s.AddSingleton(seen).AddScoped<Marker>());
        await silo.Client.GetWorkflow<Greeting>("g").ExecuteAsync("fails once");
        var scopes = seen.Where(static e => e.StartsWith("scope", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, scopes.Distinct().Count()); // two attempts
        Assert.Equal(2, seen.Count(static e => e == "disposed"));
    }

    public interface IGreeter
    {
        Task<string> GreetAsync(string name);
    }

    public sealed class Marker(ConcurrentQueue<string> seen) : IDisposable
    {
        public Guid Id { get; } = Guid.NewGuid();

        public void Dispose() => seen.Enqueue("disposed");
    }

    public sealed class Greeter(Marker marker, ActivityContext context, ConcurrentQueue<string> seen) : IGreeter
    {
        public Task<string> GreetAsync(string name)
        {
            if (name == "fails once")
            {
                seen.Enqueue($"scope {marker.Id}");
                if (context.Attempt == 1) throw new InvalidOperationException("once");
            }

            return Task.FromResult($"hello {name} of {context.Headers.GetValueOrDefault("tenant")}");
        }
    }

    public sealed class Outer(ConcurrentQueue<string> seen) : IActivityInterceptor
    {
        public async ValueTask<Payload> ExecuteAsync(
            ActivityInvocation invocation, Func<ActivityInvocation, ValueTask<Payload>> next)
        {
            seen.Enqueue("outer in");
            var bob = JsonPayloadConverter.Default.ToPayload("BOB", typeof(string));
            var result = await next(invocation with { Arguments = [bob] });
            seen.Enqueue("outer out");
            var text = (string)JsonPayloadConverter.Default.FromPayload(result, typeof(string))!;
            return JsonPayloadConverter.Default.ToPayload(text + "!", typeof(string));
        }
    }

    public sealed class Inner(ConcurrentQueue<string> seen, Marker marker) : IActivityInterceptor
    {
        public ValueTask<Payload> ExecuteAsync(
            ActivityInvocation invocation, Func<ActivityInvocation, ValueTask<Payload>> next)
        {
            seen.Enqueue("inner in");
            Assert.NotEqual(Guid.Empty, marker.Id);
            var headers = new Dictionary<string, string>(invocation.Headers);
            headers["tenant"] += "+inner";
            return next(invocation with { Headers = headers });
        }
    }

    [Workflow("greeting")]
    public sealed class Greeting : Workflow<string, string>
    {
        public override Task<string> RunAsync(string input) => Context.Activities<IGreeter>(TestOptions.Quick with
        {
            Headers = new Dictionary<string, string> { ["tenant"] = "7" },
        }).GreetAsync(input);
    }
}
