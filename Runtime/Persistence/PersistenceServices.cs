using Microsoft.Extensions.DependencyInjection;

namespace Orchestration.Runtime.Persistence;

/// <summary>Registers stores of grain state.</summary>
internal static class PersistenceServices
{
    public static void AddMemoryStorage(IServiceCollection services, string name) => throw new NotImplementedException($"{services} {name}");
}
