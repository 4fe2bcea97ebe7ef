using System.Collections.Immutable;
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

/// <summary>Starts runs.</summary>
internal static class StartEndpoints
{
    /// <summary>Adds them below <c>/api/v1/namespaces/{namespace}</c>.</summary>
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/workflows", StartAsync)
            .Named("startWorkflow", "Starts a run; answered once that is durable. A signal or update may go with it.")
            .Reads<StartBody>().MayRepeat().Answers<StartedModel>(201).Answers<StartedModel>();

    private static async Task StartAsync(HttpContext http, string @namespace, ApiClients clients)
    {
        ApiArguments.Only(http);
        var body = await ApiBody.ReadAsync(http, ApiJson.Default.StartBody);
        if (body.Type is not { } type)
            throw ProblemException.Invalid("A start names the workflow's 'type'.",
                "See /api/v1/info for the types that are hosted.");
        if (body is { Signal: not null, Update: not null })
            throw ProblemException.Invalid("A signal or an update goes with a start, not both.");

        // A start without an id is repeated with the same key, and must not start a second one then.
        var id = body.Id ?? (ApiArguments.KeyOf(http) is { } key ? RequestIds.Of(@namespace, type, key) : RequestIds.New());
        var handle = clients.Of(@namespace).GetWorkflow(id, type);
        var input = body.Input?.Payload ?? Payload.Null;
        var options = Options(body);
        var abort = http.RequestAborted;
        var answer = new StartedModel { Namespace = @namespace, Id = id };
        using (ApiArguments.Keyed(http, "start", @namespace, id))
        {
            if (body.Signal is { } signal)
            {
                var run = await handle.SignalWithStartAsync(
                    input, typeof(Payload), signal.Name, UserValue.ToPayloads(signal.Arguments), options, abort);
                answer = answer with { RunId = run.ToString() };
            }
            else if (body.Update is { } update)
            {
                var result = await handle.UpdateWithStartAsync<Payload>(
                    input, typeof(Payload), update.Name, UserValue.ToPayloads(update.Arguments),
                    new UpdateOptions { UpdateId = update.UpdateId }, options, abort);
                answer = answer with { UpdateResult = UserValue.Of(result) };
            }
            else
            {
                var started = await handle.StartAsync(input, options, abort);
                answer = answer with { RunId = started.RunId.ToString(), IsNew = started.IsNew };
            }
        }

        if (answer.IsNew is true)
            http.Response.Headers.Location = $"/api/v1/namespaces/{@namespace}/workflows/{RequestIds.InPath(id)}";
        await ApiAnswers.SendAsync(http, answer, ApiJson.Default.StartedModel, answer.IsNew is true ? 201 : 200);
    }

    private static StartOptions Options(StartBody body) => new()
    {
        IdReuse = body.IdReuse,
        IdConflict = body.IdConflict,
        Version = body.Version,
        RunTimeout = ApiArguments.Duration("runTimeoutSeconds", body.RunTimeoutSeconds),
        ExecutionTimeout = ApiArguments.Duration("executionTimeoutSeconds", body.ExecutionTimeoutSeconds),
        StartDelay = ApiArguments.Duration("startDelaySeconds", body.StartDelaySeconds) ?? TimeSpan.Zero,
        Headers = body.Headers is { } headers ? headers.ToImmutableDictionary() : ImmutableDictionary<string, string>.Empty,
    };
}
