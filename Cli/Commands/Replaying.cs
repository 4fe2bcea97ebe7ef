using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using Orchestration.Testing;
using Orchestration.Testing.Histories;

namespace Orchestration.Cli.Commands;

/// <summary>Replays exported histories against an assembly. Apart, so that only this command loads the engine.</summary>
internal static class Replaying
{
    /// <summary>Replays files and folders.</summary>
    public static async Task<int> RunAsync(
        CliContext context, IReadOnlyList<string> paths, FileInfo assembly, CancellationToken cancellationToken)
    {
        var replayer = Make(assembly);
        var files = paths.SelectMany(Files).ToList();
        if (files.Count == 0)
            throw CliFailure.Usage("No file is there to be replayed.",
                "Export some: orchestration history export ID --to FILE.json.");
        var misfits = 0;
        var results = await Output.Printer.WithProgressAsync("replays", async progress =>
        {
            var replayed = new List<(string File, ReplayResult Result)>();
            foreach (var file in files)
            {
                replayed.Add((file, await replayer.ReplayFileAsync(file, cancellationToken)));
                progress(replayed.Count, files.Count);
            }

            return replayed;
        });
        foreach (var (file, result) in results)
        {
            if (!result.Fits) misfits++;
            context.Printer.Raw(JsonSerializer.SerializeToElement(new Dictionary<string, object?>
            {
                ["file"] = file, ["outcome"] = result.Outcome.ToString(), ["workflowType"] = result.WorkflowType,
                ["workflowId"] = result.WorkflowId, ["eventNumber"] = result.EventNumber, ["expected"] = result.Expected,
                ["actual"] = result.Actual, ["message"] = result.Message,
            }));
            context.Printer.Line(result.ToString());
        }

        context.Printer.Line($"{files.Count - misfits} of {files.Count} fit.");
        return misfits == 0 ? ExitCodes.Done : ExitCodes.Mismatch;
    }

    private static WorkflowReplayer Make(FileInfo file)
    {
        try
        {
            return new WorkflowReplayer(new Loader(file.FullName).LoadFromAssemblyPath(file.FullName));
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or ReflectionTypeLoadException
            or Orchestration.Workflows.InvalidRequest)
        {
            throw new CliFailure(
                ExitCodes.Usage, $"{file.Name} cannot be used: {e.Message}",
                "Name the assembly of the workflows, with its dependencies beside it (dotnet publish does that).", e);
        }
    }

    private static IEnumerable<string> Files(string path)
    {
        if (!Directory.Exists(path)) return [path];
        return Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
    }

    /// <summary>Loads the assembly with what lies beside it; the engine is shared with this command.</summary>
    private sealed class Loader(string path) : AssemblyLoadContext("workflows")
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (assemblyName.Name is { } name && name.StartsWith("Orchestration.", StringComparison.Ordinal)
                && IsOwn(name)) return null;
            return _resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found) : null;
        }

        private static bool IsOwn(string name) => File.Exists(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
    }
}
