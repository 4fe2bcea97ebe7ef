using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Orchestration.Silo.Api.Endpoints;
using Orchestration.Silo.Api.Errors;
using Orchestration.Silo.Api.Security;
using Orchestration.Silo.Api.Values;
using Orchestration.Silo.Dashboard;
using Orchestration.Silo.Telemetry;

namespace Orchestration.Silo.Api.Hosting;

/// <summary>Makes the silo's host serve the HTTP API.</summary>
internal static class ApiHosting
{
    /// <summary>A body holds a payload in base64 at most, and what is around it.</summary>
    private const long LargestBody = 4 << 20;

    /// <summary>An id of 1,000 characters takes up to nine bytes a character in a path.</summary>
    private const int LongestRequestLine = 32 << 10;

    private const int Backlog = 512;

    /// <summary>Adds the server and what endpoints need.</summary>
    public static void Add(WebApplicationBuilder builder, ApiSettings settings)
    {
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.CreateBoundListenSocket = wanted => Take(wanted, settings.IsChosen);

            // A request is handled on the thread that has read it, which is one of the pool's, and answered by the one that has
            // the answer: no endpoint blocks, and each change of threads would have the caller wait.
            sockets.UnsafePreferInlineScheduling = true;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
            kestrel.Limits.MaxRequestBufferSize = Math.Max(kestrel.Limits.MaxRequestBufferSize ?? 0, LongestRequestLine);
            kestrel.Listen(settings.Endpoint!, static listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(ApiKeys.Read(settings.KeyFile));
        builder.Services.AddSingleton<ApiClients>();
        builder.Services.AddSingleton<ReadinessCheck>();
        TelemetryHosting.Add(builder.Services, builder.Configuration);
        builder.Services.AddOpenApi(ApiDocument.Name, ApiDocument.Configure);
        builder.Services.ConfigureHttpJsonOptions(static o => o.SerializerOptions.TypeInfoResolverChain.Insert(0,
            ApiJson.Default));
    }

    /// <summary>Adds the endpoints.</summary>
    public static void Map(WebApplication app)
    {
        if (PayloadView.Middleware(app.Services) is { } view) app.Use(view); // first: problems have values too
        app.UseMiddleware<ProblemMiddleware>();
        app.Use(CallersTrace.InvokeAsync);
        app.UseRouting();
        app.UseMiddleware<RequestGuard>();
        app.Use(ExactPath.InvokeAsync);
        var api = app.MapGroup("/api/v1");
        var names = api.MapGroup("/namespaces/{namespace}");
        WorkflowEndpoints.Map(names);
        StartEndpoints.Map(names);
        MessageEndpoints.Map(names);
        StreamEndpoints.Map(names);
        ActivityEndpoints.MapControl(names);
        ActivityEndpoints.MapTokens(api);
        WorkerEndpoints.Map(api);
        ClusterEndpoints.Map(api);
        ClusterEndpoints.MapProbes(app);
        app.MapOpenApi("/api/{documentName}/openapi.json");
        DocumentEndpoints.Map(app);
        DashboardEndpoints.Map(app);
        TelemetryHosting.Map(app);
    }

    /// <summary>
    /// Takes the place to listen at. Where nobody chose it and another process has it (a second silo of the machine), any free
    /// port does; the silo says which.
    /// </summary>
    private static Socket Take(EndPoint wanted, bool isChosen)
    {
        if (isChosen) return SocketTransportOptions.CreateDefaultBoundListenSocket(wanted);
        Socket? socket = null;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(wanted);
            socket.Listen(Backlog); // only who listens has it: before, two may be bound to one port
            return socket;
        }
        catch (SocketException)
        {
            socket?.Dispose();
            return SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(((IPEndPoint)wanted).Address, 0));
        }
    }
}
