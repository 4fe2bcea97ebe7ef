using System.CommandLine;
using System.Text.Json.Nodes;
using Orchestration.Cli.Output;

namespace Orchestration.Cli.Commands;

/// <summary><c>orchestration workflow start</c></summary>
internal static class StartCommand
{
    /// <summary>Makes it.</summary>
    public static Command Make(GlobalOptions options)
    {
        var type = new Argument<string>("type") { Description = "The workflow type's name." };
        var id = new Option<string?>("--id")
        {
            Description = "The workflow's id; made by the silo unless given.", HelpName = "ID"
        };
        var input = new Option<string?>("--input", "-i")
        {
            Description = "The input as JSON; - reads it from standard input.",
            HelpName = "JSON"
        };
        var file = new Option<FileInfo?>("--input-file") { Description = "A file with the input as JSON.", HelpName = "PATH" };
        var reuse = new Option<string?>("--id-reuse")
        {
            Description = "Whether an id may be started again.", HelpName = "POLICY"
        };
        reuse.AcceptOnlyFromAmong("allowDuplicate", "allowDuplicateFailedOnly", "rejectDuplicate");
        var conflict = new Option<string?>("--id-conflict")
        {
            Description = "What becomes of it where an open run has the id.",
            HelpName = "POLICY"
        };
        conflict.AcceptOnlyFromAmong("fail", "useExisting", "terminateExisting");
        var delay = new Option<double?>("--delay") { Description = "How long the first turn waits.", HelpName = "SECONDS" };
        var timeout = new Option<double?>("--timeout") { Description = "How long the run may take.", HelpName = "SECONDS" };
        var wait = new Option<bool>("--wait") { Description = "Waits for the result; 7 where the run ends without one." };
        var watch = Shared.Watch();
        return Leaf.Make(options, "start", "Starts a workflow.", async (context, cancellationToken) =>
        {
            var body = new JsonObject { ["type"] = context.Get(type) };
            if (context.Get(id) is { } given) body["id"] = given;
            if (await ReadInputAsync(context.Get(input), context.Get(file), cancellationToken) is { } text)
                body["input"] = Leaf.ParseJson("input", text);
            if (context.Get(reuse) is { } r) body["idReuse"] = r;
            if (context.Get(conflict) is { } c) body["idConflict"] = c;
            if (context.Get(delay) is { } d) body["startDelaySeconds"] = d;
            if (context.Get(timeout) is { } t) body["runTimeoutSeconds"] = t;
            var started = await context.Api.PostAsync($"{context.Api.Names}/workflows", body, cancellationToken);
            context.Printer.Raw(started);
            context.Printer.Line(started.Text("isNew") == "yes"
                ? $"Started {started.Text("id")} (run {started.Text("runId")})."
                : $"{started.Text("id")} was there already (run {started.Text("runId")}).");
            if (context.Get(watch))
                return await Watching.FollowAsync(context, started.Text("id"), started.Text("runId"), cancellationToken);
            return context.Get(wait)
                ? await Watching.ResultAsync(context, started.Text("id"), started.Text("runId"), true, cancellationToken)
                : ExitCodes.Done;
        }, type, id, input, file, reuse, conflict, delay, timeout, wait, watch);
    }

    private static async Task<string?> ReadInputAsync(string? text, FileInfo? file, CancellationToken cancellationToken)
    {
        if (text is not null && file is not null)
            throw CliFailure.Usage("The input is given twice.", "Give --input or --input-file.");
        if (text == "-") return await Console.In.ReadToEndAsync(cancellationToken);
        if (file is null) return text;
        try
        {
            return await File.ReadAllTextAsync(file.FullName, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailure(ExitCodes.Usage, $"The input cannot be read: {e.Message}", "Name a file that is there.", e);
        }
    }
}
