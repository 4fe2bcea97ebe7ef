using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Visibility;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Workflows;
using Orleans;
using Orleans.Hosting;

namespace Orchestration.Grains.WarmUp;

/// <summary>
/// A silo of the process's own for as long as the warm-up takes: the whole engine over a store in memory. It listens nowhere,
/// logs nothing, counts nothing that anybody measures, and its runs belong to no trace.
/// </summary>
internal static class WarmUpSilo
{
    private const int Runs = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Starts it, has it run some workflows, and ends it.</summary>
    public static async Task RunAsync()
    {
        var services = new ServiceCollection();
        Register(services);
        await using var provider = services.BuildServiceProvider();
        var hosted = provider.GetServices<IHostedService>().ToArray();
        foreach (var service in hosted) await service.StartAsync(CancellationToken.None);
        var grains = provider.GetRequiredService<IGrainFactory>();
        for (var n = 0; n < Runs; n++) await CompleteAsync(grains, $"warm-up-{n}");
        foreach (var service in hosted.Reverse()) await service.StopAsync(CancellationToken.None);
    }

    private static void Register(ServiceCollection services)
    {
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton<IMeterFactory, UnheardMeters>();
        services.AddSingleton<IHistoryStore>(new InMemoryHistoryStore());
        services.AddSingleton<IReminderStore>(new InMemoryReminderStore());
        services.AddSingleton<ISmallStateStore>(new InMemorySmallStateStore());
        services.AddOrleans(static silo =>
        {
            silo.ConfigureEndpoints(IPAddress.Loopback, siloPort: 0, gatewayPort: 0);
            silo.UseStoreReminders();
            silo.AddOrchestration(static hosted =>
            {
                hosted.WorkflowTypes.Add(typeof(WarmUpWorkflow));
                hosted.ActivityTypes.Add(typeof(WarmUpSteps));
            });
        });
    }

    private static async Task CompleteAsync(IGrainFactory grains, string id)
    {
        var client = Guid.NewGuid();
        var text = JsonPayloadConverter.Default.ToPayload(id, typeof(string));
        var workflow = grains.GetGrain<IWorkflowGrain>(id);
        var messages = grains.GetGrain<IWorkflowMessagesGrain>(id);
        Check((await workflow.StartAsync(new StartRequest
        {
            Request = new ClientRequest(client, 1),
            WorkflowType = "orchestration.warm-up",
            Input = text,
            TraceParent = $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00", // not to be recorded
        })).Fault);
        Check((await messages.UpdateAsync(new UpdateRequest
        {
            UpdateId = "update", Name = nameof(WarmUpWorkflow.Answer), Arguments = [text], Wait = Patience,
            Request = new ClientRequest(client, 2),
        })).Fault);
        Check((await messages.QueryAsync(new QueryRequest { Name = nameof(WarmUpWorkflow.Said), Arguments = [] })).Fault);
        Check((await messages.SignalAsync(new SignalRequest
        {
            Client = client, Signals = [new SignalItem { Number = 1, Name = nameof(WarmUpWorkflow.Go), Arguments = [text] }],
        })).Fault);
        ResultReply? result = null;
        while (result is not { IsFinal: true })
        {
            result = await workflow.GetResultAsync(new ResultRequest { Wait = Patience });
            Check(result.Fault);
            if (result.Hub is not { } hub) continue;
            result = await grains.GetGrain<IResultHubGrain>(hub)
                .WaitAsync(id, result.RunId, Patience, CancellationToken.None);
        }

        if (result.Status != WorkflowStatus.Completed)
            throw new InvalidOperationException($"The warm-up's workflow is {result.Status}: {result.Failure?.Message}");
    }

    private static void Check(Fault? fault)
    {
        if (fault is not null) throw new InvalidOperationException($"The warm-up was refused: {fault.Message}");
    }
}
