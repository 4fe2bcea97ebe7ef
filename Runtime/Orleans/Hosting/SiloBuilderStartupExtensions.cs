using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Adds work to be done when a silo starts.</summary>
public static class SiloBuilderStartupExtensions
{
    /// <summary>Runs a delegate at a stage of the silo's start; an error stops the start.</summary>
    public static ISiloBuilder AddStartupTask(
        this ISiloBuilder builder, Func<IServiceProvider, CancellationToken, Task> startupTask,
            int stage = ServiceLifecycleStage.Active)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(startupTask);
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            provider => new Orchestration.Runtime.Hosting.StartupTaskParticipant(provider, startupTask, stage));
        return builder;
    }
}
