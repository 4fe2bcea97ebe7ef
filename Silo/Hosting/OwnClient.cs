using Microsoft.Extensions.Options;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Workflows;

namespace Orchestration.Silo.Hosting;

/// <summary>The client that activities of the silo may take: it reads and writes values as the silo does.</summary>
internal static class OwnClient
{
    /// <summary>Adds it. A converter that somebody gave the client goes first.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddOrchestrationClient();
        services.AddOptions<WorkflowClientOptions>().PostConfigure<IOptions<OrchestrationOptions>>(static (client, silo) =>
        {
            if (ReferenceEquals(client.PayloadConverter, JsonPayloadConverter.Default))
                client.PayloadConverter = silo.Value.PayloadConverter;
        });
    }
}
