using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Shop;
using Orchestration.Silo.Api.Hosting;
using Orchestration.Silo.Assemblies;
using Orchestration.Silo.Telemetry;
using Orchestration.Storage.Moving;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Silo.Hosting;

/// <summary>Builds the host, runs it until it is told to stop, and turns what keeps it from starting into one line.</summary>
internal static partial class SiloRunner
{
    private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    private static readonly TimeSpan PatienceAfterFailure = TimeSpan.FromSeconds(10);

    /// <summary>Runs a silo; the process's exit code.</summary>
    public static async Task<int> RunAsync(SiloOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var started = new StrongBox<bool>();
            using var host = Build(options, started);
            await MoveMarks.CheckAsync(host.Services.GetRequiredService<ISmallStateStore>(), cancellationToken);
#if ORLEANS
            await OrleansProviders.CheckAsync(options, cancellationToken);
#endif
            started.Value = await StartAsync(host, cancellationToken);
            if (!started.Value)
            {
                // By its user; or it ended itself, has said why, and its exit code tells whether to start it anew.
                if (Environment.ExitCode == 0) await Console.Out.WriteLineAsync("Stopped before it had started.");
                return Environment.ExitCode;
            }

            await Banner.WriteAsync(Console.Out, options, host.Services);
            await host.WaitForShutdownAsync(cancellationToken);
            await Console.Out.WriteLineAsync("Stopped.");

            // Set where the silo ended itself, since the cluster had given it up: to be started anew by whoever started it.
            return Environment.ExitCode;
        }
        catch (Exception e) when (StartFailures.Explain(e, options) is { } reason)
        {
            await Console.Error.WriteLineAsync($"The silo cannot run: {reason}");
            return 1;
        }
    }

    // A part that cannot start, as an HTTP port that is taken, may fail when the silo is in the cluster already: it leaves in
    // good order, and the others need not find out that it is gone. False where it was told to stop before it had started.
    private static async Task<bool> StartAsync(IHost host, CancellationToken cancellationToken)
    {
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.StartAsync(cancellationToken);
            return true;
        }
        catch (Exception failure)
        {
            var isTold = stopping.IsCancellationRequested
                && failure is (OperationCanceledException or OrleansLifecycleCanceledException);
            using var limit = new CancellationTokenSource(PatienceAfterFailure);
            try
            {
                await host.StopAsync(limit.Token);
            }
            catch (Exception e)
            {
                // What kept it from starting is what is to be told; this may follow from it.
                var logger = host.Services.GetRequiredService<ILogger<Program>>();
                LogNotStopped(logger, e);
            }

            if (isTold) return false;
            throw;
        }
    }

    private static IHost Build(SiloOptions options, StrongBox<bool> started)
    {
        options.Http.Check();
        if (options.Http.Endpoint is null)
        {
            var plain = Host.CreateApplicationBuilder(
                new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
            Configure(plain, options, started);
            TelemetryHosting.Add(plain.Services, plain.Configuration); // export does not need the API
            return plain.Build();
        }

        var web = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        Configure(web, options, started);
        ApiHosting.Add(web, options.Http);
        var app = web.Build();
        ApiHosting.Map(app);
        return app;
    }

    private static void Configure(IHostApplicationBuilder builder, SiloOptions options, StrongBox<bool> started)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(static o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "HH:mm:ss ";
        });
        var least = options.Verbose ? LogLevel.Information : LogLevel.Warning;
        builder.Logging.SetMinimumLevel(least);

        // What keeps a host from starting is reported once, by StartFailures.
        foreach (var category in (string[])["Microsoft.Extensions.Hosting.Internal.Host",
            "Orchestration.Runtime.Hosting.SiloLifecycle", "Orleans"])
        {
            var shown = Configured(category) ?? least;
            builder.Logging.AddFilter(category, level => level >= shown && (started.Value || shown < LogLevel.Warning));
        }

        // A line a request is no news.
        builder.Logging.AddFilter("Microsoft.AspNetCore", Configured("Microsoft.AspNetCore") ?? LogLevel.Warning);

        // ASP.NET Core makes an activity and a scope for each request, so that lines of the log can tell requests apart, where
        // this category may log anything at all; unless it is asked for, it has nothing to say.
        builder.Logging.AddFilter(
            Requests, Configured(Requests) ?? Configured("Microsoft.AspNetCore.Hosting") ?? Configured("Microsoft.AspNetCore")
                ?? LogLevel.None);
        SiloStorage.Add(builder.Services, options);
        OwnClient.Add(builder.Services);
        var hosted = options.Assemblies.Select(WorkflowAssembly.Load).ToList();
        if (hosted.Count == 0) AddSample(builder, options); // what its activities call is there before the silo, and after it
        builder.UseOrleans(silo =>
        {
            SiloCluster.Configure(silo, builder.Configuration, options);
            SiloTls.Configure(silo, options);
            SiloCluster.AddReminders(silo, options);
            silo.AddOrchestration();
        });
        foreach (var assembly in hosted) assembly.AddTo(builder);

        // A filter set here would stand before what is configured for the same category.
        LogLevel? Configured(string category) => builder.Configuration.GetValue<LogLevel?>($"Logging:LogLevel:{category}");
    }

    private static void AddSample(IHostApplicationBuilder builder, SiloOptions options)
    {
        builder.Services.AddOrderFulfillment(shop =>
        {
            shop.DataDirectory = Path.Combine(options.Data.FullName, "shop");
            shop.OpeningStock = SampleProducts.Read();
        });
        builder.Services.Configure<OrchestrationOptions>(static o =>
        {
            o.AddWorkflowsFrom(typeof(FulfillOrder).Assembly);
            o.ActivityTypes.UnionWith(OrderFulfillmentServices.ActivityTypes);
        });
    }
}
