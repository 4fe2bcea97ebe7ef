using System.CommandLine;
using Orchestration.Cli.Api;
using Orchestration.Cli.Output;

namespace Orchestration.Cli.Commands;

/// <summary><c>orchestration history ...</c></summary>
internal static class HistoryCommands
{
    /// <summary>Makes them.</summary>
    public static Command Make(GlobalOptions options) => new("history", "Exports histories, and holds code against them.")
    {
        Export(options), Replay(options), Diff(options),
    };

    private static Command Export(GlobalOptions options)
    {
        var (id, run) = (Shared.Id(), Shared.Run());
        var to = new Option<FileInfo?>("--to") { Description = "The file; standard output unless given.", HelpName = "PATH" };
        return Leaf.Make(options, "export", "Writes a run's history to a file that replays read.", async (context,
            cancellationToken) =>
        {
            using var response = await context.Api.OpenAsync(ApiConnection.Query(
                context.Api.Workflow(context.Get(id)) + "/history/export", ("runId", context.Get(run))), null, cancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            if (context.Get(to) is not { } file)
            {
                using var reader = new StreamReader(body);
                await context.Line.InvocationConfiguration.Output.WriteAsync(await reader.ReadToEndAsync(cancellationToken));
                return;
            }

            var bytes = await Printer.WithProgressAsync($"history of {context.Get(id)}", progress => WriteAsync(
                file, body, read => progress(read, response.Content.Headers.ContentLength ?? 0), cancellationToken));
            context.Printer.Done($"{file.FullName}: {bytes} bytes.", ("file", file.FullName), ("bytes", bytes));
        }, id, run, to);
    }

    // Under another name until it is whole, so that no replay meets half of one.
    private static async Task<long> WriteAsync(
        FileInfo file, Stream body, Action<long> progress, CancellationToken cancellationToken)
    {
        var unfinished = file.FullName + ".part";
        var total = 0L;
        await using (var output = Create(unfinished))
        {
            var buffer = new byte[1 << 16];
            for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                progress(total += read);
            }
        }

        File.Move(unfinished, file.FullName, overwrite: true);
        return total;
    }

    private static FileStream Create(string path)
    {
        try
        {
            return File.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailure(
                ExitCodes.Usage, $"The history cannot be written: {e.Message}",
                "Name a file in a folder that is there: --to PATH.", e);
        }
    }

    private static Command Replay(GlobalOptions options)
    {
        var files = new Argument<string[]>("path")
        {
            Description = "Files of exported histories, or folders of them.", Arity = ArgumentArity.OneOrMore
        };
        var assembly = new Option<FileInfo>("--assembly")
        {
            Description = "The assembly with the workflows.", HelpName = "PATH",
            Required = true
        };
        return Leaf.Make(options, "replay", "Replays histories against today's code; 8 where one does not fit.",
            (context, cancellationToken) => Replaying.RunAsync(
                context, context.Get(files), context.Get(assembly)!, cancellationToken), files, assembly);
    }

    private static Command Diff(GlobalOptions options)
    {
        var (id, run) = (Shared.Id(), Shared.Run());
        return Leaf.Make(options, "diff", "Expected against actual of a stalled run; 8 where there is a difference.",
            async (context, cancellationToken) =>
            {
                var workflow = await context.Api.GetAsync(
                    ApiConnection.Query(context.Api.Workflow(context.Get(id)), ("runId", context.Get(run))), cancellationToken);
                if (workflow.Field("stall") is not { } stall)
                {
                    context.Printer.Done(
                        $"{workflow.Text("id")} is {workflow.Text("status")} and not stalled: its code fits its history.",
                        ("id", workflow.Text("id")), ("status", workflow.Text("status")), ("isStalled", false));
                    return ExitCodes.Done;
                }

                context.Printer.Raw(stall);
                WorkflowView.ShowStall(context.Printer, stall);
                return ExitCodes.Mismatch;
            }, id, run);
    }
}
