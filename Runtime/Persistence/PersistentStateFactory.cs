using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Activations;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orchestration.Runtime.Persistence;

/// <summary>
/// Makes pieces of persistent state for the activation under construction, and has them read before it is active.
/// </summary>
internal static class PersistentStateFactory
{
    /// <exception cref="OrleansConfigurationException">No store of that name is registered.</exception>
    public static object Create<TState>(Activation activation, string stateName, string? storageName)
    {
        var services = activation.ActivationServices;
        var storage = string.IsNullOrEmpty(storageName) || storageName == ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME
            ? services.GetKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)
                ?? services.GetService<IGrainStorage>()
            : services.GetKeyedService<IGrainStorage>(storageName);
        if (storage is null)
        {
            throw new OrleansConfigurationException(
                $"{activation.Class.Type} keeps '{stateName}' in the store '{storageName ?? "Default"}', not registered.");
        }

        var state = new PersistentState<TState>(stateName, activation.GrainId, storage);
        activation.ObservableLifecycle.Subscribe(
            $"state {stateName}", GrainLifecycleStage.SetupState, new Hosting.DelegateObserver(state.ReadStateAsync, static _ =>
                Task.CompletedTask));
        return state;
    }
}
