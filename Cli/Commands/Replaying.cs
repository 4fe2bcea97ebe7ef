using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Hosting;
using Orchestration.Testing;
using Orchestration.Testing.Histories;
using Orchestration.Workflows;

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
            var assembly = new Loader(file.FullName).LoadFromAssemblyPath(file.FullName);
            var converter = ConverterOf(assembly);
            return new WorkflowReplayer(options =>
            {
                options.AddWorkflowsFrom(assembly);
                options.PayloadConverter = converter;
            });
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or ReflectionTypeLoadException
            or InvalidRequest)
        {
            throw new CliFailure(
                ExitCodes.Usage, $"{file.Name} cannot be used: {e.Message}",
                "Name the assembly of the workflows, with its dependencies beside it (dotnet publish does that).", e);
        }
    }

    // Histories whose values pass a codec are read by that of the assembly's module, as a silo that loads it does.
    private static IPayloadConverter ConverterOf(Assembly assembly)
    {
        var services = new ServiceCollection();
        services.AddOptions();
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        foreach (var type in assembly.GetExportedTypes())
        {
            if (type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IOrchestrationModule))
                && type.GetConstructor(Type.EmptyTypes) is { } constructor)
                Configure((IOrchestrationModule)constructor.Invoke(null));
        }

        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<OrchestrationOptions>>().Value.PayloadConverter;

        void Configure(IOrchestrationModule module)
        {
            try
            {
                module.Configure(services, configuration);
            }
            catch (Exception e)
            {
                throw new CliFailure(
                    ExitCodes.Usage, $"The module {module.GetType()} fails: {e.Message}",
                    "Give it the configuration that a silo has, by variables of the environment.", e);
            }
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
            if (assemblyName.Name?.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) == true) return null; // as well
            return _resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found) : null;
        }

        private static bool IsOwn(string name) => File.Exists(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
    }
}
