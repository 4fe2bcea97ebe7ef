using Microsoft.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Hosting;
using Orchestration.Silo.Assemblies;

namespace Orchestration.Silo.Tests;

public sealed class WorkflowAssemblyTests : IDisposable
{
    private const string Framework = """
        [assembly: System.Runtime.Versioning.TargetFramework(".NETCoreApp,Version=v10.0")]
        """;

    private const string Greeting = """
        using System.Threading.Tasks;
        using Orchestration.Workflows;
        public sealed class Greeting : Workflow<string, string>
        {
            public override async Task<string> RunAsync(string name) =>
                await Context.Activities<IPeople>(new() { StartToCloseTimeout = System.TimeSpan.FromSeconds(1) }).ComposeAsync(
                    name);
        }
        public interface IPeople { Task<string> ComposeAsync(string name); }
        public sealed class People(Salutation salutation) : IPeople
        {
            public Task<string> ComposeAsync(string name) => Task.FromResult(salutation.Text + name);
        }
        public interface IUnrelated { Task<int> CountAsync(); }
        public sealed class Unrelated : IUnrelated { public Task<int> CountAsync() => Task.FromResult(1); }
        public sealed record Salutation(string Text);
        """;

    private const string Module = """
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        public sealed class Module : Orchestration.Grains.Hosting.IOrchestrationModule
        {
            public void Configure(IServiceCollection services, IConfiguration configuration) =>
                services.AddSingleton(new Salutation("Hello, "));
        }
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("assembly-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Load_WorkflowsActivitiesAndModule_AreAllFoundAndNothingElse()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        WorkflowAssembly.Load(Compile("greetings", Framework, Greeting, Module)).AddTo(builder);
        using var host = builder.Build();
        var options = host.Services.GetRequiredService<IOptions<OrchestrationOptions>>().Value;
        Assert.Equal(["Greeting"], options.WorkflowTypes.Select(static t => t.Name));
        Assert.Equal(["People"], options.ActivityTypes.Select(static t => t.Name));
        var activities = ActivatorUtilities.CreateInstance(host.Services, options.ActivityTypes.Single());
        var compose = activities.GetType().GetMethod("ComposeAsync")!;
        Assert.Equal("Hello, Ada", await (Task<string>)compose.Invoke(activities, ["Ada"])!);
    }

    [Fact]
    public void Load_NoSuchFile_SaysSo() => Refused(new FileInfo(Path.Combine(_directory.FullName, "x.dll")), "there is no file");

    [Fact]
    public void Load_NoAssembly_SaysSo()
    {
        var path = Path.Combine(_directory.FullName, "x.dll");
        File.WriteAllText(path, "MZ and so on");
        Refused(new FileInfo(path), "is no .NET assembly");
    }

    [Fact]
    public void Load_NewerFramework_SaysWhich() => Refused(
        Compile("newer", Framework.Replace("v10.0", "v99.0", StringComparison.Ordinal), Greeting),
            "is built for .NETCoreApp,Version=v99.0");

    [Fact]
    public void Load_NoWorkflowsInside_SaysSo() => Refused(
        Compile("empty", Framework,
            "public static class Nothing { public static object Payload => Orchestration.Workflows.Payload.Null; }"),
        "has no workflows");

    [Fact]
    public void Load_WithoutTheEngine_SaysSo() =>
        Refused(Compile("other", Framework, "public static class Nothing;"), "does not reference");

    [Fact]
    public void Load_DependencyMissing_NamesIt()
    {
        Compile("dependency", Framework, "public abstract class Base<T> : Orchestration.Workflows.Workflow<T, T>;");
        var dependency = Path.Combine(_directory.FullName, "dependency.dll");
        var file = Compile(
            "dependent",
            [MetadataReference.CreateFromFile(dependency)],
            Framework,
            "public sealed class W : Base<int> { "
                + "public override System.Threading.Tasks.Task<int> RunAsync(int input) => throw null!; }"
            + "public static class Nothing { public static object Payload => Orchestration.Workflows.Payload.Null; }");
        File.Delete(dependency);
        Refused(file, "it needs dependency");
    }

    private static void Refused(FileInfo file, string because) => Assert.Contains(
        because, Assert.Throws<WorkflowAssemblyException>(() => WorkflowAssembly.Load(file)).Message, StringComparison.Ordinal);

    private FileInfo Compile(string name, params string[] sources) => Compile(name, [], sources);

    private FileInfo Compile(string name, MetadataReference[] references, params string[] sources) =>
        AssemblyCompiler.Compile(_directory, name, references, sources);
}
