using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestration.Client;
using Orchestration.Silo.Api.Errors;
using Orchestration.Silo.Api.Hosting;
using Orchestration.Silo.Api.Model;
using Orchestration.Silo.Api.Values;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Endpoints;

/// <summary>
/// What happens to a run, as server-sent events. A stream waits at the hub of the run's silo and costs nothing meanwhile; each
/// event carries a cursor, by which a client that comes back (<c>Last-Event-ID</c>) goes on where it was.
/// </summary>
internal static class StreamEndpoints
{
    /// <summary>A line that means nothing goes out so often, so that neither side takes the connection for dead.</summary>
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(15);

    /// <summary>What happens within this time of an event goes with the next one: people cannot read faster.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    /// <summary>Adds them below <c>/api/v1/namespaces/{namespace}</c>.</summary>
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/workflows/{id}/stream", StreamAsync)
            .Named("streamWorkflow", "Live status as server-sent events; resumed by Last-Event-ID, ends with the run.")
            .Takes("runId", "cursor").Answers<StreamModel>(mediaType: "text/event-stream").Answers(204);

    private static async Task StreamAsync(
        HttpContext http, string @namespace, string id, ApiClients clients, IHostApplicationLifetime life, TimeProvider time)
    {
        ApiArguments.Only(http, "runId", "cursor");
        var place = Place.Read(http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last
            ? last : ApiArguments.Text(http, "cursor"));
        if (place is { HasEnded: true })
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent; // tells an EventSource not to come back
            return;
        }

        var run = place?.Run ?? ApiArguments.Run(ApiArguments.Text(http, "runId"));
        using var limit = new WaitLimit(http, life, null);
        await using var updates = clients.Of(@namespace).GetWorkflow(id, runId: run)
            .WatchAsync(place?.Cursor ?? 0, place?.Events ?? -1, limit.Token).GetAsyncEnumerator(limit.Token);
        var next = updates.MoveNextAsync().AsTask();
        try
        {
            // A workflow that is not there is a problem, and no stream.
            if (await Task.WhenAny(next, Task.Delay(Gather, time, limit.Token)) == next) await next;
            await EventStream.BeginAsync(http, limit.Token);
            await PumpAsync(http, updates, next, time, limit.Token);
        }
        catch (OperationCanceledException) when (limit.Token.IsCancellationRequested)
        {
            // The client is gone, or the silo goes and the client comes back to another one.
        }
    }

    private static async Task PumpAsync(
        HttpContext http, IAsyncEnumerator<StatusUpdate> updates, Task<bool> next, TimeProvider time, CancellationToken stop)
    {
        while (true)
        {
            if (!next.IsCompleted && await Task.WhenAny(next, Task.Delay(Ping, time, stop)) != next)
            {
                stop.ThrowIfCancellationRequested();
                await EventStream.PingAsync(http, stop);
                continue;
            }

            if (!await next) return;
            var update = updates.Current;
            var hasEnded = update.WorkflowStatus is not (WorkflowStatus.Running or WorkflowStatus.Stalled);
            await SendAsync(http, update, hasEnded, stop);
            if (!hasEnded && update.At is null) await Task.Delay(Gather, time, stop);
            next = updates.MoveNextAsync().AsTask();
        }
    }

    private static Task SendAsync(HttpContext http, StatusUpdate update, bool hasEnded, CancellationToken stop)
    {
        var model = new StreamModel
        {
            RunId = update.RunId.ToString(),
            Status = update.WorkflowStatus,
            HistoryLength = update.HistoryLength,
            At = update.At,
            CustomStatus = UserValue.Of(update.CustomStatus),
            Progress = update.Progress is { } p ? new ProgressModel(p.Done, p.Total, p.Message) : null,
        };
        var place = new Place(update.RunId, update.Cursor, update.HistoryLength, hasEnded && update.At is null);
        var data = JsonSerializer.Serialize(model, ApiJson.Default.StreamModel);
        return EventStream.SendAsync(http, place.HasEnded ? "end" : "status", place.ToString(), data, stop);
    }

    /// <summary>Where a client is in a stream.</summary>
    private sealed record Place(RunId Run, long Cursor, long Events, bool HasEnded)
    {
        public static Place? Read(string? text)
        {
            if (text is null) return null;
            var parts = text.Split('.');
            return parts.Length is 3 or 4 && RunId.TryParse(parts[0], out var run) && Number(parts[1], out var cursor)
                && Number(parts[2], out var events) && (parts.Length == 3 || parts[3] == "end")
                    ? new Place(run, cursor, events, parts.Length == 4)
                    : throw ProblemException.Invalid(
                        "The cursor of the stream is none that this API gave out.", "Leave it out to begin with what is kept.");
        }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Run}.{Cursor}.{Events}{(HasEnded ? ".end" : "")}");

        private static bool Number(string text, out long number) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }
}
