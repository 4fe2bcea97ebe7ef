using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Kernel;
using Orleans.Runtime;

namespace Orchestration.Silo.Hosting;

/// <summary>What a started silo says of itself.</summary>
internal static class Banner
{
    /// <summary>Writes it. The last line begins with <c>Ready</c>; whoever started the process may wait for it.</summary>
    public static async Task WriteAsync(TextWriter output, SiloOptions options, IServiceProvider services)
    {
        var local = services.GetRequiredService<ILocalSiloDetails>();
        var gateway = local.GatewayAddress.Endpoint;
        var cluster = options.Cluster is { } id ? $"{id}, as {local.SiloAddress.ToParsableString()}" : "none, a silo by itself";
        var workflows = services.GetRequiredService<WorkflowCatalog>().Names;
        var activities = services.GetRequiredService<IOptions<OrchestrationOptions>>().Value.ActivityTypes.Select(static t =>
            t.Name).Order();
        var api = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "off";
        var version = typeof(Banner).Assembly.GetName().Version?.ToString(3);
        await output.WriteLineAsync($"""
            Orchestration silo {version}
              store       {SiloStorage.Describe(options)}
              cluster     {cluster}
              gateway     {gateway}{(options.TlsCertificate is null ? "" : ", TLS")}
              http api    {api}
              dashboard   {(api == "off" ? "off" : $"{api}/dashboard/")}
              workflows   {string.Join(", ", workflows)}
              activities  {string.Join(", ", activities)}
              stop        Ctrl+C, or SIGTERM to process {Environment.ProcessId}; kill -9 loses nothing either

            Ready: clients connect to {gateway}
            """);
        await output.FlushAsync();
    }
}
