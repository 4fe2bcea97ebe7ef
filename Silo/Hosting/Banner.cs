using System.Net;
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
        var open = Exposure(options, HasSecret(services)) is { } risk ? $"{Environment.NewLine}  open        {risk}" : "";
        var version = typeof(Banner).Assembly.GetName().Version?.ToString(3);
        await output.WriteLineAsync($"""
            Orchestration silo {version}
              store       {SiloStorage.Describe(options)}
              cluster     {cluster}
              gateway     {gateway}{(options.TlsCertificate is null ? "" : ", TLS")}
              http api    {api}
              dashboard   {(api == "off" ? "off" : $"{api}/dashboard/")}
              workflows   {string.Join(", ", workflows)}
              activities  {string.Join(", ", activities)}{open}
              stop        Ctrl+C, or SIGTERM to process {Environment.ProcessId}; kill -9 loses nothing either

            Ready: clients connect to {gateway}
            """);
        await output.FlushAsync();
    }

    /// <summary>What lets strangers into the cluster, and what to do; null where nothing does.</summary>
    public static string? Exposure(SiloOptions options, bool hasSecret)
    {
        if (options.Cluster is null || IPAddress.IsLoopback(options.Address) || options.TlsCertificate is not null || hasSecret)
            return null;
#if ORLEANS
        const string Remedy = "use --tls-certificate and --tls-ca";
#else
        const string Remedy = "use --secret-file, and --tls-certificate to keep out strange clients too";
#endif
        return $"whoever reaches {options.Address} may pose as a silo; {Remedy}";
    }

    private static bool HasSecret(IServiceProvider services)
    {
#if ORLEANS
        _ = services;
        return false;
#else
        return services.GetRequiredService<IConfiguration>()[SiloCluster.SecretKey] is { Length: > 0 };
#endif
    }
}
