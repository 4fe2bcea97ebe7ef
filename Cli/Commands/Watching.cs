using System.Globalization;
using System.Text.Json;
using Orchestration.Cli.Api;
using Orchestration.Cli.Output;

namespace Orchestration.Cli.Commands;

/// <summary>Follows runs to their end.</summary>
internal static class Watching
{
    /// <summary>Shows what happens to a run, line by line, until it ends; 7 where that is without a result.</summary>
    public static async Task<int> FollowAsync(CliContext context, string id, string? run, CancellationToken cancellationToken)
    {
        var path = ApiConnection.Query(context.Api.Workflow(id) + "/stream", ("runId", run is "" ? null : run));
        var status = "";
        await foreach (var (_, item) in new EventReader(context.Api).FollowAsync(path, cancellationToken))
        {
            status = item.Text("status");
            context.Printer.Raw(item);
            context.Printer.Line(Describe(item));
        }

        return status is "" or "completed" or "continuedAsNew" ? ExitCodes.Done : ExitCodes.WorkflowFailed;
    }

    /// <summary>Waits for a run's end, and shows its result.</summary>
    public static async Task<int> ResultAsync(
        CliContext context, string id, string? run, bool waits, CancellationToken cancellationToken)
    {
        JsonElement result;
        do
        {
            result = await context.Api.GetAsync(ApiConnection.Query(
                context.Api.Workflow(id) + "/result", ("runId", run is "" ? null : run), ("wait", waits ? "30" : "0")),
                    cancellationToken);
        }
        while (waits && !result.GetProperty("isFinal").GetBoolean());

        context.Printer.Raw(result);
        if (!result.GetProperty("isFinal").GetBoolean())
        {
            context.Printer.Line($"The run is {result.Text("status")}.");
            return ExitCodes.Done;
        }

        if (result.Text("status") == "completed")
        {
            if (!context.Printer.IsJson) context.Printer.Value(result.Field("result") ?? JsonDocument.Parse("null").RootElement);
            return ExitCodes.Done;
        }

        context.Printer.Line($"The run ended as {result.Text("status")}.");
        if (result.Field("failure") is { } failure) WorkflowView.ShowFailure(context.Printer, failure, "  ");
        return ExitCodes.WorkflowFailed;
    }

    private static string Describe(JsonElement item)
    {
        var time = DateTimeOffset.Now.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var text = $"{time}  {item.Text("status"),-10}  {item.Text("historyLength")} events";
        if (item.Field("progress") is { } progress)
        {
            var of = progress.Field("total") is { } total ? $"/{Json.Show(total)}" : "";
            text += $"  {progress.Text("done")}{of} {progress.Text("message")}";
        }

        return item.Field("customStatus") is { } status ? $"{text}  {Json.Show(status)}" : text;
    }
}
