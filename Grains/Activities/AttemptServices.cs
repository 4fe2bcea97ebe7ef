using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

/// <summary>What all attempts of a host share.</summary>
internal sealed class AttemptServices
{
    public required IServiceProvider Provider { get; init; }

    public required IServiceScopeFactory Scopes { get; init; }

    /// <summary>Whether any <see cref="IActivityInterceptor"/> is registered.</summary>
    public required bool HasInterceptors { get; init; }

    public required IHistoryStore Store { get; init; }

    public required IPayloadConverter Converter { get; init; }

    public required int MaximumPayloadBytes { get; init; }

    public required TimeProvider Time { get; init; }

    public required EngineThreads Threads { get; init; }

    public required AttemptSlots Slots { get; init; }

    /// <summary>The attempts that outside workers carry out.</summary>
    public required Remote.RemoteAttempts Remote { get; init; }

    public required AttemptDeadlines Deadlines { get; init; }

    public required ActivityInstruments Instruments { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Cancelled once the host takes no attempts any more.</summary>
    public required CancellationToken Stopping { get; init; }
}
