using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Silo.Api.Hosting;

/// <summary>The clients that requests go through: one a namespace, of those in use. Thread-safe.</summary>
internal sealed class ApiClients(IGrainFactory grains, IOptions<OrchestrationOptions> options, TimeProvider time)
{
    /// <summary>Of more namespaces than this, clients are made for one request each.</summary>
    private const int MaximumKept = 256;

    /// <summary>How long a request is repeated while no silo answers it: less than callers wait for an answer.</summary>
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, IWorkflowClient> _clients = new(StringComparer.Ordinal);

    /// <summary>The client of a namespace.</summary>
    /// <exception cref="InvalidIdentifier">The name is not allowed.</exception>
    public IWorkflowClient Of(string @namespace)
    {
        if (_clients.TryGetValue(@namespace, out var known)) return known;
        var made = new WorkflowClient(
            grains,
            new WorkflowClientOptions
            {
                Namespace = @namespace,
                PayloadConverter = options.Value.PayloadConverter,
                MaximumPayloadBytes = options.Value.MaximumPayloadBytes,
                RequestTimeLimit = RequestTime,
            },
            time);
        return _clients.Count < MaximumKept ? _clients.GetOrAdd(@namespace, made) : made;
    }
}
