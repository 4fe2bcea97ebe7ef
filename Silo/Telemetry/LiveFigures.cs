using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestration.Silo.Api;
using Orchestration.Silo.Api.Hosting;
using Orchestration.Silo.Api.Values;

namespace Orchestration.Silo.Telemetry;

/// <summary>
/// The cluster's figures as they change: all who watch share one reading a period, and with nobody there is none. Thread-safe.
/// </summary>
internal sealed class LiveFigures(ClusterFigures figures, FigureHistory history)
{
    /// <summary>Silos end their periods at different moments, so the last ones are told again, as known by then.</summary>
    private const int ToldAgain = 3;

    private readonly Lock _gate = new();
    private Task<ClusterMetricsModel>? _reading;
    private long _period;

    /// <summary>Sends them as server-sent events.</summary>
    public static async Task StreamAsync(HttpContext http, LiveFigures live, IHostApplicationLifetime life)
    {
        ApiArguments.Only(http);
        using var limit = new WaitLimit(http, life, null);
        var stop = limit.Token;
        try
        {
            await EventStream.BeginAsync(http, stop);
            var period = 0L;
            for (var model = await live.ReadAsync(period); ; model = await live.ReadAsync(period))
            {
                var told = period == 0 ? model : model with { Series = [.. model.Series.TakeLast(ToldAgain)] };
                await EventStream.SendAsync(
                    http, "metrics", null, JsonSerializer.Serialize(told, ApiJson.Default.ClusterMetricsModel), stop);
                period = await live.NextAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client is gone, or the silo goes and the client comes back to another one.
        }
    }

    private Task<long> NextAsync(CancellationToken cancellationToken) => history.NextAsync(cancellationToken);

    private Task<ClusterMetricsModel> ReadAsync(long period)
    {
        lock (_gate)
        {
            if (_reading is null || period > _period || (period == 0 && _reading.IsCompleted))
            {
                _period = Math.Max(period, _period);
                _reading = figures.ReadAsync(CancellationToken.None); // for all who watch, whoever goes meanwhile
            }

            return _reading;
        }
    }
}
