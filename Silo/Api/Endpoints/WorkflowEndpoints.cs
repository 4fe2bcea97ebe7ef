using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestration.Client;
using Orchestration.Silo.Api.Hosting;
using Orchestration.Silo.Api.Model;
using Orchestration.Silo.Api.Values;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Endpoints;

/// <summary>Lists, counts and descriptions.</summary>
internal static class WorkflowEndpoints
{
    private const int DefaultPage = 100;
    private const long HistoryPage = 500;

    private static readonly string[] Filters =
        ["type", "status", "idPrefix", "startedFrom", "startedBefore", "closedFrom", "closedBefore"];

    private static readonly string[] FiltersAndPage = [.. Filters, "pageSize", "cursor"];

    /// <summary>Adds them below <c>/api/v1/namespaces/{namespace}</c>.</summary>
    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/workflows", ListAsync)
            .Named("listWorkflows", "Lists runs, newest start first; those that ended at times asked for, newest end first.")
            .Takes(FiltersAndPage).Answers<RunsModel>();
        group.MapGet("/workflow-counts", CountAsync).Named("countWorkflows", "Counts runs, by type and status.")
            .Takes(Filters).Answers<CountsModel>();
        group.MapGet("/workflows/{id}", DescribeAsync)
            .Named("describeWorkflow", "A run as last committed: what is pending, and what it waits for.")
            .Takes("runId").Answers<WorkflowModel>();
        group.MapGet("/workflows/{id}/history", HistoryAsync).Named("getHistory", "A page of a run's history.")
            .Takes("runId", "from", "limit").Answers<HistoryModel>();
        group.MapGet("/workflows/{id}/history/export", ExportAsync)
            .Named("exportHistory", "A run's whole history in the form that replays read.").Takes("runId").Answers<JsonElement>();
        group.MapGet("/workflows/{id}/activities", ActivitiesAsync)
            .Named("listActivities", "A run's activities that have not ended.").Takes("runId").Answers<ActivitiesModel>();
    }

    private static async Task ListAsync(HttpContext http, string @namespace, ApiClients clients)
    {
        ApiArguments.Only(http, FiltersAndPage);
        var filter = FilterOf(http) with { PageSize = (int)(ApiArguments.Number(http, "pageSize", 1, 1000) ?? DefaultPage) };
        var page = await clients.Of(@namespace).ListPageAsync(filter, ApiArguments.Text(http, "cursor"), http.RequestAborted);
        await ApiAnswers.SendTaggedAsync(
            http,
            new RunsModel { Runs = [.. page.Runs.Select(RunModel.Of)], NextCursor = page.Continuation },
            ApiJson.Default.RunsModel);
    }

    private static async Task CountAsync(HttpContext http, string @namespace, ApiClients clients)
    {
        ApiArguments.Only(http, Filters);
        var counts = await clients.Of(@namespace).CountAsync(FilterOf(http), http.RequestAborted);
        await ApiAnswers.SendTaggedAsync(
            http,
            new CountsModel
            {
                Total = counts.Sum(static c => c.Count),
                ByStatus = counts.GroupBy(static c => c.Status).OrderBy(static g => g.Key).ToDictionary(
                    static g => JsonNamingPolicy.CamelCase.ConvertName(g.Key.ToString()), static g => g.Sum(static c => c.Count)),
                Counts = [.. counts.Select(static c => new CountModel { Type = c.WorkflowType, Status = c.Status, Count =
                    c.Count })],
            },
            ApiJson.Default.CountsModel);
    }

    private static async Task DescribeAsync(HttpContext http, string @namespace, string id, ApiClients clients)
    {
        ApiArguments.Only(http, "runId");
        var description = await Handle(http, clients, @namespace, id).DescribeAsync(http.RequestAborted);
        await ApiAnswers.SendTaggedAsync(http, WorkflowModel.Of(description), ApiJson.Default.WorkflowModel);
    }

    private static async Task ActivitiesAsync(HttpContext http, string @namespace, string id, ApiClients clients)
    {
        ApiArguments.Only(http, "runId");
        var description = await Handle(http, clients, @namespace, id).DescribeAsync(http.RequestAborted);
        await ApiAnswers.SendTaggedAsync(
            http,
            new ActivitiesModel(description.RunId.ToString("N"), [.. description.Activities.Select(ActivityModel.Of)]),
            ApiJson.Default.ActivitiesModel);
    }

    private static async Task HistoryAsync(HttpContext http, string @namespace, string id, ApiClients clients)
    {
        ApiArguments.Only(http, "runId", "from", "limit");
        var from = ApiArguments.Number(http, "from", 1, long.MaxValue) ?? 1;
        var limit = ApiArguments.Number(http, "limit", 1, 5000) ?? HistoryPage;
        var events = new List<HistoryEventModel>();
        long? next = null;
        await foreach (var entry in Handle(http, clients, @namespace, id).GetHistoryAsync(from, http.RequestAborted))
        {
            if (events.Count == limit)
            {
                next = entry.Sequence;
                break;
            }

            using var document = JsonDocument.Parse(HistoryValues.Shown(entry));
            events.Add(new HistoryEventModel
            {
                Sequence = entry.Sequence, Type = entry.Type, Time = entry.Time, Event = document.RootElement.Clone(),
            });
        }

        await ApiAnswers.SendTaggedAsync(http, new HistoryModel { Events = events, Next = next }, ApiJson.Default.HistoryModel);
    }

    private static async Task ExportAsync(HttpContext http, string @namespace, string id, ApiClients clients)
    {
        ApiArguments.Only(http, "runId");
        var handle = Handle(http, clients, @namespace, id);

        // Asked first, since an answer that has begun can no more become a problem.
        await handle.DescribeAsync(http.RequestAborted);
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"history.json\"";
        await handle.ExportHistoryAsync(http.Response.Body, http.RequestAborted);
    }

    /// <summary>The instance that a request names, bound to the run that its query names.</summary>
    public static IUntypedWorkflowHandle Handle(HttpContext http, ApiClients clients, string @namespace, string id) =>
        clients.Of(@namespace).GetWorkflow(id, runId: ApiArguments.Run(ApiArguments.Text(http, "runId")));

    private static WorkflowFilter FilterOf(HttpContext http) => new()
    {
        WorkflowType = ApiArguments.Text(http, "type"),
        Status = ApiArguments.OneOf<WorkflowStatus>(http, "status"),
        IdPrefix = ApiArguments.Text(http, "idPrefix"),
        StartedFrom = ApiArguments.Time(http, "startedFrom"),
        StartedBefore = ApiArguments.Time(http, "startedBefore"),
        ClosedFrom = ApiArguments.Time(http, "closedFrom"),
        ClosedBefore = ApiArguments.Time(http, "closedBefore"),
    };
}
