using Microsoft.Extensions.Options;
using Orchestration.Runtime.Hosting;
using Orchestration.Runtime.Messaging;
using Orleans.Configuration;

namespace Orchestration.Runtime.Activations;

/// <summary>
/// Reports turns that hold their thread for too long, while they do, and leaves an activation behind whose turn does not end.
/// Looks at each beat of the coarse clock.
/// </summary>
internal sealed class TurnWatchdog(
    SiloRuntime silo, IOptions<SchedulingOptions> options, IOptions<SiloMessagingOptions> messaging)
{
    private readonly Dictionary<TurnWatch, (int Turn, int Beats)> _seen = [];
    private readonly int _limit = Beats(options.Value.TurnWarningLengthThreshold);
    private readonly int _end = Beats(messaging.Value.MaxRequestProcessingTime);

    public void Start() => silo.Clock.Ticked += Look;

    public void Stop() => silo.Clock.Ticked -= Look;

    private static int Beats(TimeSpan time) =>
        (int)Math.Clamp(Math.Ceiling(time / PendingCalls.TickLength), 1, int.MaxValue);

    private void Look()
    {
        lock (_seen)
        {
            var busy = TurnWatch.Snapshot();
            foreach (var (watch, activation, turn) in busy)
            {
                if (activation.Silo != silo) continue;
                var beats = _seen.TryGetValue(watch, out var before) && before.Turn == turn ? before.Beats + 1 : 0;
                _seen[watch] = (turn, beats);
                if (beats == _end) activation.LeaveBehind();
                if (beats == _limit)
                {
                    var held = PendingCalls.TickLength * beats;
                    silo.Log.TurnIsLong(activation.GrainId, activation.Class.Type, held.TotalSeconds);
                }
            }

            if (_seen.Count > busy.Count)
            {
                foreach (var gone in _seen.Keys.Except(busy.Select(static entry => entry.Watch)).ToArray()) _seen.Remove(gone);
            }
        }
    }
}
