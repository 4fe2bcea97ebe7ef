using System.Collections.Immutable;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Support;

/// <summary>Says what it hears; a number above zero is how often it still continues as new.</summary>
[Workflow("talker", Version = 1)]
public sealed class Talker : Workflow<int, string>
{
    private readonly List<string> _heard = [];
    private bool _go;

    [Query]
    public string Heard() => string.Join(",", _heard);

    [Query]
    public string Tenant() => Context.Headers.GetValueOrDefault("tenant", "none");

    [Signal]
    public void Say(string text)
    {
        _heard.Add(text);
        Context.SetStatus(text);
    }

    [Signal]
    public void Go() => _go = true;

    [Update]
    public string Ask(string text) => text;

    public override async Task<string> RunAsync(int input)
    {
        Context.SetStatus($"begun {input}");
        await Context.WhenAsync(() => _go);
        return input > 0 ? throw Context.ContinueAsNew(input - 1) : Heard();
    }
}

[Workflow("talker", Version = 2)]
public sealed class NewerTalker : Workflow<int, string>
{
    public override Task<string> RunAsync(int input) => Task.FromResult("newer");
}

/// <summary>A parent whose child is an older version with headers of its own, signalled by the names of its class.</summary>
[Workflow("talker-parent")]
public sealed class TalkerParent : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input)
    {
        var child = Context.Child<Talker>($"{Context.WorkflowId}-child", new ChildOptions
        {
            Version = 1, Headers = ImmutableDictionary<string, string>.Empty.Add("more", "yes"),
            ExecutionTimeout = input == "limited" ? TimeSpan.FromMilliseconds(100) : null,
        });
        await child.StartAsync(0);
        if (input == "limited") return await child.GetResultAsync();
        await child.SignalAsync(w => w.Say(input + "!"));
        await Context.GetExternalWorkflow<Talker>(child.Key.Id.Value).SignalAsync(w => w.Say("twice"));
        await child.SignalAsync(w => w.Go());
        return await child.GetResultAsync();
    }
}

/// <summary>Puts a tenant on all that a client sends.</summary>
public sealed class TenantOfClient : IClientInterceptor
{
    private static readonly Dictionary<string, string> Acme = new() { ["tenant"] = "acme" };

    public Task SignalAsync(SignalCall call, Func<SignalCall, Task> next) => next(call with { Headers = Acme });

    public Task SendUpdateAsync(UpdateCall call, Func<UpdateCall, Task> next) => next(call with { Headers = Acme });

    public Task<object?> QueryAsync(QueryCall call, Func<QueryCall, Task<object?>> next) => next(call with { Headers = Acme });
}

/// <summary>Shows the tenant of each message to the workflow.</summary>
public sealed class TenantOfMessage : IWorkflowInterceptor
{
    public Task HandleSignalAsync(SignalHandling call, Func<SignalHandling, Task> next) => call.Arguments is [string text]
        ? next(call with { Arguments = [$"{text}@{Of(call.Headers)}"] }) : next(call);

    public async Task<object?> HandleUpdateAsync(UpdateHandling call, Func<UpdateHandling, Task<object?>> next) =>
        $"{await next(call)}@{Of(call.Headers)}";

    public object? HandleQuery(QueryHandling call, Func<QueryHandling, object?> next) => $"{next(call)}@{Of(call.Headers)}";

    private static string Of(IReadOnlyDictionary<string, string> headers) => headers.GetValueOrDefault("tenant", "nobody");
}

public static class TalkHosting
{
    public static void All(OrchestrationOptions options)
    {
        TestHosting.All(options);
        options.AddWorkflow<Talker>().AddWorkflow<NewerTalker>().AddWorkflow<TalkerParent>();
    }
}
