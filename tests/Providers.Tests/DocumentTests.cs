using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Orchestration.Providers.Tests;

/// <summary>What docs/orleans.md shows compiles against Microsoft Orleans, and not only against what stands in for it.</summary>
public sealed partial class DocumentTests
{
    private const string Given = """
        global using System;
        global using System.Threading.Tasks;
        global using Orchestration.Client;
        global using Orchestration.Grains.Hosting;
        global using Orchestration.Storage.PostgreSql;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Orleans;
        global using Orleans.Hosting;
        """;

    [Fact]
    public void Snippets_OnOrleans_Compile()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Orchestration.sln"))) directory = directory.Parent!;
        var text = File.ReadAllText(Path.Combine(directory.FullName, "docs", "orleans.md"));
        var blocks = Block().Matches(text).Select(static m => m.Groups[1].Value).ToArray();
        Assert.InRange(blocks.Length, 3, 20);
        Assert.Empty(blocks.SelectMany(Problems));
    }

    private static IEnumerable<string> Problems(string block) =>
        CSharpCompilation.Create(
                "Snippet",
                [CSharpSyntaxTree.ParseText(Given), CSharpSyntaxTree.ParseText(block)],
                ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                    .Select(static path => MetadataReference.CreateFromFile(path)),
                new CSharpCompilationOptions(
                    OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable))
            .GetDiagnostics()
            .Where(static d => d.Severity == DiagnosticSeverity.Error)
            .Select(static d => d.ToString());

    // "cs" is what only Orleans has; the other blocks are compiled against the bundled runtime too.
    [GeneratedRegex(@"^```(?:csharp|cs)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
