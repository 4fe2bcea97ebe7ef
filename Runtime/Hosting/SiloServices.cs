using Microsoft.Extensions.DependencyInjection;

namespace Orchestration.Runtime.Hosting;

/// <summary>Registers what a silo is made of.</summary>
internal static class SiloServices
{
    public static void Add(IServiceCollection services) => throw new NotImplementedException($"{services}");
}
