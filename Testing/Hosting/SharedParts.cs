using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Kernel;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Serialization;
using Orchestration.Testing.Activities;

namespace Orchestration.Testing.Hosting;

/// <summary>
/// What silos of one process may share, since it holds nothing but what the code is: made once, so that a silo that is started
/// again after a crash is there within milliseconds.
/// </summary>
internal sealed class SharedParts(OrchestrationOptions options)
{
    /// <summary>The grain classes.</summary>
    public static GrainClassRegistry Classes { get; } = new();

    /// <summary>The serializer of grain calls.</summary>
    public static WireSerializer Serializer { get; } = new();

    private WorkflowCatalog? _workflows;
    private ActivityCatalog? _activities;
    private ActivityMocks? _mocks;

    /// <summary>The workflows.</summary>
    /// <exception cref="Orchestration.Workflows.InvalidRequest">One of them cannot be hosted.</exception>
    public WorkflowCatalog Workflows => _workflows ??= new WorkflowCatalog(options.WorkflowTypes);

    /// <summary>The activities.</summary>
    /// <exception cref="Orchestration.Workflows.InvalidRequest">One of them cannot be hosted.</exception>
    public ActivityCatalog Activities(IServiceProvider services) =>
        _activities ??= new ActivityCatalog(options.ActivityTypes, services.GetService<IServiceProviderIsService>(), name =>
            Volatile.Read(ref _mocks)?.DefinitionOf(name));

    /// <summary>Sets the mocks; those of the environment that runs now.</summary>
    public void Set(ActivityMocks mocks) => Volatile.Write(ref _mocks, mocks);
}
