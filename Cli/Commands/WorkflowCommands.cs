using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestration.Cli.Api;
using Orchestration.Cli.Output;

namespace Orchestration.Cli.Commands;

/// <summary><c>orchestration workflow ...</c></summary>
internal static class WorkflowCommands
{
    private static readonly string[] Statuses =
        ["running", "completed", "failed", "canceled", "terminated", "stalled", "continuedAsNew", "timedOut"];

    /// <summary>Makes them.</summary>
    public static Command Make(GlobalOptions options) => new("workflow", "Starts, finds, asks and ends workflows.")
    {
        StartCommand.Make(options), List(options), Count(options), Describe(options), History(options), Result(options),
        Signal(options), Query(options), Update(options), End(options, "cancel", "Asks the workflow's code to cancel."),
        End(options, "terminate", "Ends the run at once, without its code: nothing is compensated."), Stack(options),
    };

    private static Command List(GlobalOptions options)
    {
        var filter = new Filter();
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many; 0 is all.", DefaultValueFactory = static _ => 50, HelpName = "N",
        };
        limit.Validators.Add(static r =>
        {
            // What is no number has its own error, and no value to be asked for.
            if (r.Tokens.Count == 1 && int.TryParse(r.Tokens[0].Value, out var n) && n < 0)
                r.AddError("--limit is a number of runs, or 0 for all.");
        });
        const string About = "Lists runs, newest start first (with times of the end, newest end first).";
        return Leaf.Make(options, "list", About, async (context, cancellationToken) =>
        {
            var most = context.Get(limit);
            var rows = new List<JsonElement>();
            string? cursor = null;
            do
            {
                var size = most == 0 ? 1000 : Math.Min(1000, most - rows.Count);
                var page = await context.Api.GetAsync(
                    filter.Query(context, "workflows", ("pageSize", Number(size)), ("cursor", cursor)), cancellationToken);
                foreach (var run in page.Items("runs"))
                {
                    rows.Add(run);
                    context.Printer.Raw(run);
                }

                cursor = page.Field("nextCursor")?.GetString();
            }
            while (cursor is not null && (most == 0 || rows.Count < most));
            context.Printer.Table(
                ["ID", "TYPE", "STATUS", "STARTED", "CLOSED", "RUN"],
                rows.Select(static r => (IReadOnlyList<string>)
                    [r.Text("id"), r.Text("type"), r.Text("status"), r.Time("startedAt"), r.Time("closedAt"), r.Text("runId")]));
            if (cursor is not null) context.Printer.Line($"... and more: --limit 0 lists all.");
            if (rows.Count == 0) context.Printer.Line("No workflow fits. Leave filters out, or check --namespace.");
        }, [.. filter.All, limit]);
    }

    private static Command Count(GlobalOptions options)
    {
        var filter = new Filter();
        return Leaf.Make(options, "count", "Counts runs, by type and status.", async (context, cancellationToken) =>
        {
            var counts = await context.Api.GetAsync(filter.Query(context, "workflow-counts"), cancellationToken);
            context.Printer.Raw(counts);
            context.Printer.Table(
                ["TYPE", "STATUS", "COUNT"],
                counts.Items("counts").Select(static c => (IReadOnlyList<string>)[c.Text("type"), c.Text("status"),
                    c.Text("count")])
                    .Append(["all", "", counts.Text("total")]));
        }, [.. filter.All]);
    }

    private static Command Describe(GlobalOptions options)
    {
        var (id, run, watch) = (Shared.Id(), Shared.Run(), Shared.Watch());
        return Leaf.Make(options, "describe", "A run as last committed: where it stands and what it waits for.",
            async (context, cancellationToken) =>
            {
                var workflow = await context.Api.GetAsync(
                    ApiConnection.Query(context.Api.Workflow(context.Get(id)), ("runId", context.Get(run))), cancellationToken);
                context.Printer.Raw(workflow);
                WorkflowView.Show(context.Printer, workflow);
                return context.Get(watch)
                    ? await Watching.FollowAsync(context, context.Get(id), workflow.Text("runId"), cancellationToken)
                    : ExitCodes.Done;
            }, id, run, watch);
    }

    private static Command History(GlobalOptions options)
    {
        var (id, run) = (Shared.Id(), Shared.Run());
        var full = new Option<bool>("--full") { Description = "Shows the events whole." };
        return Leaf.Make(options, "history", "A run's history, event by event.", async (context, cancellationToken) =>
        {
            var from = 1L;
            var rows = new List<IReadOnlyList<string>>();
            while (true)
            {
                var page = await context.Api.GetAsync(ApiConnection.Query(
                    context.Api.Workflow(context.Get(id)) + "/history", ("runId", context.Get(run)), ("from", Number(from))),
                    cancellationToken);
                foreach (var e in page.Items("events"))
                {
                    context.Printer.Raw(e);
                    rows.Add([e.Text("sequence"), e.Time("time"), e.Text("type"), context.Get(full) ? e.Text("event")
                        : Brief(e)]);
                }

                if (page.Field("next") is not { } next) break;
                from = next.GetInt64();
            }

            context.Printer.Table(["EVENT", "TIME", "TYPE", "ABOUT"], rows);
        }, id, run, full);
    }

    private static string Brief(JsonElement e)
    {
        if (e.Field("event") is not { } whole) return "";
        var parts = whole.EnumerateObject()
            .Where(static p => p.Name is not ("type" or "at")
                && p.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            .Select(static p => $"{p.Name}={Json.Show(p.Value)}");
        var text = string.Join("  ", parts);
        return text.Length <= 110 ? text : text[..107] + "...";
    }

    private static Command Result(GlobalOptions options)
    {
        var (id, run) = (Shared.Id(), Shared.Run());
        var wait = new Option<bool>("--no-wait") { Description = "Answers at once, also where the run has not ended." };
        return Leaf.Make(options, "result", "Waits for a run's end and shows its result; 7 where it ended without one.",
            (context, cancellationToken) => Watching.ResultAsync(
                context, context.Get(id), context.Get(run), !context.Get(wait), cancellationToken), id, run, wait);
    }

    private static Command Signal(GlobalOptions options)
    {
        var (id, run, arguments) = (Shared.Id(), Shared.Run(), Shared.Arguments());
        var name = new Argument<string>("signal") { Description = "The signal's name." };
        return Leaf.Make(options, "signal", "Sends a signal.", async (context, cancellationToken) =>
        {
            await context.Api.PostAsync(
                $"{context.Api.Workflow(context.Get(id))}/signals/{ApiConnection.Segment(context.Get(name))}",
                Shared.Message(context, arguments, run), cancellationToken);
            context.Printer.Done(
                "The signal is durable.", ("id", context.Get(id)), ("signal", context.Get(name)), ("isDurable", true));
        }, id, name, arguments, run);
    }

    private static Command Query(GlobalOptions options)
    {
        var (id, run, arguments) = (Shared.Id(), Shared.Run(), Shared.Arguments());
        var name = new Argument<string>("query") { Description = "The query's name." };
        var consistent = new Option<bool>("--consistent") { Description = "Asks the store first for the newest state." };
        return Leaf.Make(options, "query", "Asks the workflow's code; of closed and stalled runs too.",
            async (context, cancellationToken) =>
            {
                var body = Shared.Message(context, arguments, run);
                body["consistent"] = context.Get(consistent);
                var answer = await context.Api.PostAsync(
                    $"{context.Api.Workflow(context.Get(id))}/queries/{ApiConnection.Segment(context.Get(name))}", body,
                    cancellationToken);
                context.Printer.Value(answer.Field("result") ?? JsonDocument.Parse("null").RootElement);
            }, id, name, arguments, run, consistent);
    }

    private static Command Update(GlobalOptions options)
    {
        var (id, run, arguments) = (Shared.Id(), Shared.Run(), Shared.Arguments());
        var name = new Argument<string>("update") { Description = "The update's name." };
        var updateId = new Option<string?>("--update-id")
        {
            Description = "Its id, by which a repeat is known.", HelpName = "ID"
        };
        return Leaf.Make(options, "update", "Sends an update and waits for its outcome.", async (context, cancellationToken) =>
        {
            var body = Shared.Message(context, arguments, run);
            if (context.Get(updateId) is { } given) body["updateId"] = given;
            var workflow = context.Api.Workflow(context.Get(id));
            var answer = await context.Api.PostAsync(
                $"{workflow}/updates/{ApiConnection.Segment(context.Get(name))}", body, cancellationToken);
            while (!answer.GetProperty("isCompleted").GetBoolean())
            {
                answer = await context.Api.GetAsync(ApiConnection.Query(
                    $"{workflow}/updates/{ApiConnection.Segment(answer.Text("updateId"))}", ("runId", answer.Text("runId")),
                    ("wait", "30")), cancellationToken);
            }

            context.Printer.Value(answer.Field("result") ?? JsonDocument.Parse("null").RootElement);
        }, id, name, arguments, run, updateId);
    }

    private static Command End(GlobalOptions options, string name, string about)
    {
        var (id, run, reason) = (Shared.Id(), Shared.Run(), Shared.Reason());
        return Leaf.Make(options, name, about, async (context, cancellationToken) =>
        {
            await context.Api.PostAsync(
                $"{context.Api.Workflow(context.Get(id))}/{name}", Shared.Control(context, reason, run), cancellationToken);
            context.Printer.Done(
                name == "cancel" ? "The request is durable; the workflow's code ends as it sees fit." : "The run has ended.",
                ("id", context.Get(id)), (name == "cancel" ? "isCancelRequested" : "isTerminated", true));
        }, id, reason, run);
    }

    private static Command Stack(GlobalOptions options)
    {
        var (id, run) = (Shared.Id(), Shared.Run());
        return Leaf.Make(options, "stack", "Where a run's code stands: what it awaits, and why it does not go on.",
            async (context, cancellationToken) =>
            {
                var workflow = await context.Api.GetAsync(
                    ApiConnection.Query(context.Api.Workflow(context.Get(id)), ("runId", context.Get(run))), cancellationToken);
                context.Printer.Raw(new JsonObject
                {
                    ["runId"] = workflow.Text("runId"),
                    ["status"] = workflow.Text("status"),
                    ["waitsFor"] = new JsonArray([.. workflow.Items("waitsFor").Select(static w => (JsonNode)w.GetString()!)]),
                    ["stall"] = workflow.Field("stall") is { } s ? JsonNode.Parse(s.GetRawText()) : null,
                }.Deserialize<JsonElement>());
                context.Printer.Line(
                    $"{workflow.Text("id")} ({workflow.Text("type")}) is {workflow.Text("status")}; it waits for:");
                foreach (var line in workflow.Items("waitsFor")) context.Printer.Line($"  {line.GetString()}");
                if (!workflow.Items("waitsFor").Any()) context.Printer.Line("  nothing");
                if (workflow.Field("stall") is { } stall) WorkflowView.ShowStall(context.Printer, stall);
            }, id, run);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The options that narrow a list.</summary>
    private sealed class Filter
    {
        private readonly Option<string?> _type = new("--type") { Description = "Only this workflow type.", HelpName = "NAME" };
        private readonly Option<string?> _status = new("--status") { Description = "Only this status.", HelpName = "STATUS" };
        private readonly Option<string?> _prefix = new("--id-prefix")
        {
            Description = "Only ids that begin so.", HelpName = "TEXT"
        };
        private readonly Option<string?> _from = new("--started-from")
        {
            Description = "Only runs that started at or after this time (2030-01-31T12:00:00Z).", HelpName = "TIME",
        };

        private readonly Option<string?> _before = new("--started-before")
        {
            Description = "Only runs that started before this time.", HelpName = "TIME",
        };

        private readonly Option<string?> _closedFrom = new("--closed-from")
        {
            Description = "Only runs that ended at or after this time; newest end first.", HelpName = "TIME",
        };

        private readonly Option<string?> _closedBefore = new("--closed-before")
        {
            Description = "Only runs that ended before this time; newest end first.", HelpName = "TIME",
        };

        public Filter() => _status.AcceptOnlyFromAmong(Statuses);

        public Option[] All => [_type, _status, _prefix, _from, _before, _closedFrom, _closedBefore];

        public string Query(CliContext context, string path, params ReadOnlySpan<(string, string?)> more) => ApiConnection.Query(
            $"{context.Api.Names}/{path}",
            [("type", context.Get(_type)), ("status", context.Get(_status)), ("idPrefix", context.Get(_prefix)),
             ("startedFrom", context.Get(_from)), ("startedBefore", context.Get(_before)),
             ("closedFrom", context.Get(_closedFrom)), ("closedBefore", context.Get(_closedBefore)), .. more]);
    }
}
