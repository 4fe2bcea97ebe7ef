using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestration.Grains.Hosting;

/// <summary>
/// What an assembly of workflows has to say to a silo that loads it by path: public, with a public constructor without
/// parameters, made once before the host is built. Workflows, and the activities that they call, are found without it; a module
/// adds the services that activities take in their constructors.
/// </summary>
public interface IOrchestrationModule
{
    /// <summary>Registers services. May configure <see cref="OrchestrationOptions"/> too.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="configuration">The silo's configuration.</param>
    void Configure(IServiceCollection services, IConfiguration configuration);
}
