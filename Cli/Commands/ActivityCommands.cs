using System.CommandLine;
using System.Text.Json.Nodes;
using Orchestration.Cli.Api;
using Orchestration.Cli.Output;

namespace Orchestration.Cli.Commands;

/// <summary><c>orchestration activity ...</c></summary>
internal static class ActivityCommands
{
    /// <summary>Makes them.</summary>
    public static Command Make(GlobalOptions options) => new("activity", "Looks after activities that have not ended.")
    {
        List(options), Complete(options), Fail(options), Heartbeat(options),
        Control(options, "pause", "Has no new attempt begin."), Control(options, "resume", "Lets a paused activity go on."),
        Control(options, "reset", "Has the retry policy count anew; an attempt that is waited for begins at once."),
    };

    private static Argument<string> Token() => new("token") { Description = "The attempt's token." };

    private static Command List(GlobalOptions options)
    {
        var (id, run) = (Shared.Id(), Shared.Run());
        return Leaf.Make(options, "list", "A workflow's activities that have not ended.", async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync(ApiConnection.Query(
                context.Api.Workflow(context.Get(id)) + "/activities", ("runId", context.Get(run))), cancellationToken);
            context.Printer.Raw(answer);
            context.Printer.Table(
                ["COMMAND", "TYPE", "ATTEMPT", "HOST", "SCHEDULED", "RETRY AT", "STATE", "LAST FAILURE"],
                answer.Items("activities").Select(static a => (IReadOnlyList<string>)
                [
                    a.Text("command"), a.Text("type"), a.Text("attempt"), a.Text("host"), a.Time("scheduledAt"),
                        a.Time("retryAt"),
                    a.Field("pausedAt") is not null ? "paused" : a.Field("retryAt") is not null ? "waits"
                        : a.Text("isOutside") == "yes" ? "outside" : "runs",
                    a.Field("lastFailure")?.Text("message") ?? "",
                ]));
        }, id, run);
    }

    private static Command Complete(GlobalOptions options)
    {
        var token = Token();
        var result = new Option<string?>("--result") { Description = "The result as JSON.", HelpName = "JSON" };
        return Leaf.Make(options, "complete", "Completes an attempt from outside, by its token.", async (context,
            cancellationToken) =>
        {
            var body = new JsonObject { ["token"] = context.Get(token) };
            if (context.Get(result) is { } given) body["result"] = Leaf.ParseJson("result", given);
            await context.Api.PostAsync("api/v1/activities/complete", body, cancellationToken);
            context.Printer.Done("The result is durable.", ("isDurable", true));
        }, token, result);
    }

    private static Command Fail(GlobalOptions options)
    {
        var token = Token();
        var message = new Option<string>("--message", "-m")
        {
            Description = "What happened.", HelpName = "TEXT", Required = true
        };
        var type = new Option<string?>("--type") { Description = "A name by which retry policies know it.", HelpName = "NAME" };
        var final = new Option<bool>("--non-retryable") { Description = "Another attempt would be in vain." };
        return Leaf.Make(options, "fail", "Fails an attempt from outside, by its token.", async (context, cancellationToken) =>
        {
            var failure = new JsonObject { ["message"] = context.Get(message), ["nonRetryable"] = context.Get(final) };
            if (context.Get(type) is { } given) failure["type"] = given;
            await context.Api.PostAsync(
                "api/v1/activities/fail", new JsonObject { ["token"] = context.Get(token), ["failure"] = failure },
                    cancellationToken);
            context.Printer.Done(
                "The failure is durable; the retry policy decides whether another attempt follows.", ("isDurable", true));
        }, token, message, type, final);
    }

    private static Command Heartbeat(GlobalOptions options)
    {
        var token = Token();
        var details = new Option<string?>("--details") { Description = "Where the attempt stands, as JSON.", HelpName = "JSON" };
        return Leaf.Make(options, "heartbeat", "Says that an attempt is alive, and shows whether it should go on.",
            async (context, cancellationToken) =>
            {
                var body = new JsonObject { ["token"] = context.Get(token) };
                if (context.Get(details) is { } given) body["details"] = Leaf.ParseJson("details", given);
                var answer = await context.Api.PostAsync("api/v1/activities/heartbeat", body, cancellationToken);
                context.Printer.Raw(answer);
                context.Printer.Line(answer.Text("cancelRequested") == "yes"
                    ? $"The attempt should end: {answer.Text("reason")}." : "The attempt should go on.");
            }, token, details);
    }

    private static Command Control(GlobalOptions options, string name, string about)
    {
        var (id, run, reason) = (Shared.Id(), Shared.Run(), Shared.Reason());
        var command = new Argument<long>("command") { Description = "The activity's command number; 'activity list' shows it." };
        var clear = new Option<bool>("--clear-heartbeat-details")
        {
            Description = "The next attempt sees no details of those before."
        };
        List<Symbol> symbols = [id, command, run];
        if (name == "pause") symbols.Add(reason);
        if (name == "reset") symbols.Add(clear);
        return Leaf.Make(options, name, about, async (context, cancellationToken) =>
        {
            var body = new JsonObject();
            if (context.Get(run) is { } given) body["runId"] = given;
            if (name == "pause" && context.Get(reason) is { } why) body["reason"] = why;
            if (name == "reset") body["clearHeartbeatDetails"] = context.Get(clear);
            await context.Api.PostAsync(
                $"{context.Api.Workflow(context.Get(id))}/activities/{context.Get(command)}/{name}", body, cancellationToken);
            context.Printer.Done(
                "Done, durably.", ("id", context.Get(id)), ("command", context.Get(command)), ("did", name), ("isDurable", true));
        }, [.. symbols]);
    }
}
