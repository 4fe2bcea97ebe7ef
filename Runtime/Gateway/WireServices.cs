using Microsoft.Extensions.DependencyInjection;

namespace Orchestration.Runtime.Gateway;

/// <summary>Registers what serialises values and carries messages between processes.</summary>
internal static class WireServices
{
    public static void AddSilo(IServiceCollection services) => ArgumentNullException.ThrowIfNull(services);

    public static void AddClient(IServiceCollection services) => ArgumentNullException.ThrowIfNull(services);
}
