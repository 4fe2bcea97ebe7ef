using System.CommandLine;
using System.Text.Json.Nodes;

namespace Orchestration.Cli.Commands;

/// <summary>Options and arguments that several commands have.</summary>
internal static class Shared
{
    /// <summary>A workflow's id.</summary>
    public static Argument<string> Id() => new("id") { Description = "The workflow's id." };

    /// <summary>A run.</summary>
    public static Option<string?> Run() => new("--run") { Description = "The run; the latest unless given.", HelpName = "ID" };

    /// <summary>Why.</summary>
    public static Option<string?> Reason() => new("--reason") { Description = "Why; recorded.", HelpName = "TEXT" };

    /// <summary>Arguments of a message, JSON each.</summary>
    public static Option<string[]> Arguments() => new("--arg", "-a")
    {
        Description = "An argument as JSON; may be given again, in order.", HelpName = "JSON",
        DefaultValueFactory = static _ => [],
    };

    /// <summary>Whether to follow.</summary>
    public static Option<bool> Watch() => new("--watch", "-w") { Description = "Follows the workflow live until it ends." };

    /// <summary>The body of a message with these arguments.</summary>
    public static JsonObject Message(CliContext context, Option<string[]> arguments, Option<string?>? run)
    {
        var body = new JsonObject
        {
            ["arguments"] = new JsonArray([.. (context.Get(arguments) ?? []).Select(static a => Leaf.ParseJson("argument", a))]),
        };
        if (run is not null && context.Get(run) is { } id) body["runId"] = id;
        return body;
    }

    /// <summary>The body of what ends a run.</summary>
    public static JsonObject Control(CliContext context, Option<string?> reason, Option<string?> run)
    {
        var body = new JsonObject();
        if (context.Get(reason) is { } why) body["reason"] = why;
        if (context.Get(run) is { } id) body["runId"] = id;
        return body;
    }
}
