using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Activations;

/// <summary>What activations log.</summary>
internal sealed partial class ActivationLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(EventId = 100, Level = LogLevel.Warning,
        Message = "{Grain} could not be activated; the calls that waited for it fail.")]
    public partial void ActivationFailed(Exception exception, GrainId grain);

    [LoggerMessage(EventId = 103, Level = LogLevel.Warning, Message = "Disposing {Grain} failed.")]
    public partial void DisposeFailed(Exception exception, GrainId grain);

    [LoggerMessage(EventId = 104, Level = LogLevel.Error, Message = "A timer callback of {Grain} failed; the timer goes on.")]
    public partial void TimerFailed(Exception exception, GrainId grain);

    [LoggerMessage(EventId = 105, Level = LogLevel.Error, Message = "A turn of the runtime failed in {Grain}.")]
    public partial void TurnItemFailed(Exception exception, GrainId grain);

    [LoggerMessage(EventId = 106, Level = LogLevel.Warning,
        Message = "A turn of {Grain} ({GrainClass}) holds its thread for over {Seconds} s: it blocks or computes for too long.")]
    public partial void TurnIsLong(GrainId grain, Type grainClass, double seconds);

    [LoggerMessage(EventId = 107, Level = LogLevel.Error,
        Message = "{Grain} ({GrainClass}) does not end in time and is left behind with a turn under way.")]
    public partial void LeftBehind(GrainId grain, Type grainClass);

    [LoggerMessage(EventId = 101, Level = LogLevel.Debug, Message = "{Grain} has been deactivated ({Reason}).")]
    public partial void Deactivated(GrainId grain, DeactivationReason reason);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning,
        Message = "A step of deactivating {Grain} failed ({Reason}); the rest goes on.")]
    public partial void DeactivationFailed(Exception exception, GrainId grain, DeactivationReason reason);
}
