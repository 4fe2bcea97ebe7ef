using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orchestration.Repository.Tests;

/// <summary>Who may know whom, and what the kernel may not touch.</summary>
public sealed class ArrowTests
{
    /// <summary>The projects of the product, and which they may reference.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        // Packed with it, not referenced.
        ["Workflows/Workflows.csproj"] = ["Analyzers/Analyzers.csproj", "Analyzers/CodeFixes/Analyzers.CodeFixes.csproj"],
        ["Analyzers/Analyzers.csproj"] = [],
        ["Analyzers/CodeFixes/Analyzers.CodeFixes.csproj"] = ["Analyzers/Analyzers.csproj"],
        ["Runtime/Runtime.csproj"] = [],
        ["Grains.Interfaces/Grains.Interfaces.csproj"] = ["Workflows/Workflows.csproj", "Runtime/Runtime.csproj"],
        ["Grains/Kernel/Kernel.csproj"] = ["Workflows/Workflows.csproj"],
        ["Grains/Storage/Storage.csproj"] = ["Workflows/Workflows.csproj"],
        ["Grains/Grains.csproj"] =
        [
            "Grains.Interfaces/Grains.Interfaces.csproj", "Grains/Kernel/Kernel.csproj", "Grains/Storage/Storage.csproj",
        ],
        ["Storage/Sqlite/Sqlite.csproj"] = ["Grains/Storage/Storage.csproj"],
        ["Storage/PostgreSql/PostgreSql.csproj"] = ["Grains/Storage/Storage.csproj"],
        ["Storage/AzureStorage/AzureStorage.csproj"] = ["Grains/Storage/Storage.csproj"],
        ["Storage/Moving/Moving.csproj"] = ["Grains/Storage/Storage.csproj"],
        ["Client/Client.csproj"] = ["Grains.Interfaces/Grains.Interfaces.csproj"],
        // Packs them together, with the runtime that they are compiled against; has no code.
        ["Hosting/Hosting.csproj"] =
        [
            "Client/Client.csproj", "Grains/Grains.csproj", "Grains.Interfaces/Grains.Interfaces.csproj",
            "Runtime/Runtime.csproj", "Workflows/Workflows.csproj",
            "Grains/Kernel/Kernel.csproj", "Grains/Storage/Storage.csproj",
        ],
        ["Testing/Testing.csproj"] = ["Client/Client.csproj", "Grains/Grains.csproj"],
    };

    /// <summary>Where the projects above may not lead, seen from what the compiler put into the assembly.</summary>
    private static readonly (string Assembly, string[] Forbidden)[] Compiled =
    [
        ("Orchestration.Workflows", ["Orchestration.", "Orleans", "Microsoft.Extensions.", "Microsoft.AspNetCore."]),
        ("Orchestration.Grains.Kernel",
        [
            "Orchestration.Grains", "Orchestration.Runtime", "Orleans", "Microsoft.", "System.Net", "System.IO.Pipes",
            "System.Threading.Channels", "System.Diagnostics.Process",
        ]),
        ("Orchestration.Grains.Storage", ["Orchestration.Grains", "Orchestration.Runtime", "Orleans", "Microsoft."]),
        ("Orchestration.Runtime", ["Orchestration."]),
        ("Orchestration.Client", ["Orchestration.Grains.Kernel", "Orchestration.Grains.Storage", "Orchestration.Storage"]),
        ("Orchestration.Storage.Sqlite",
            ["Orchestration.Grains.Kernel", "Orchestration.Grains.Interfaces", "Orchestration.Runtime", "Orleans"]),
        ("Orchestration.Storage.PostgreSql",
            ["Orchestration.Grains.Kernel", "Orchestration.Grains.Interfaces", "Orchestration.Runtime", "Orleans"]),
        ("Orchestration.Storage.AzureStorage",
            ["Orchestration.Grains.Kernel", "Orchestration.Grains.Interfaces", "Orchestration.Runtime", "Orleans"]),
        ("Orchestration.Grains", ["Orchestration.Storage", "Orchestration.Client", "Microsoft.Data."]),
    ];

    [Fact]
    public void ProjectReferences_Product_FollowTheArrows() => Findings.None(
        from project in Repository.Projects
        where Arrows.ContainsKey(project.Path)
        from reference in project.References
        where !Arrows[project.Path].Contains(reference)
        select $"{project.Path} references {reference}");

    [Fact]
    public void ProjectReferences_Libraries_NeverLeadToHostsOrTests() => Findings.None(
        from project in Repository.Projects
        where !IsLeaf(project.Path)
        from reference in project.References
        where IsLeaf(reference)
        select $"{project.Path} references {reference}");

    [Fact]
    public void CompiledReferences_Product_FollowTheArrows() => Findings.None(
        from rule in Compiled
        from reference in ReferencesOf(rule.Assembly)
        where reference != rule.Assembly && rule.Forbidden.Any(f => reference.StartsWith(f, StringComparison.Ordinal))
        select $"{rule.Assembly} references {reference}");

    [Fact]
    public void OrleansNamespaces_Declared_OnlyInRuntime() => Findings.None(
        from file in Repository.Sources
        where !file.Path.StartsWith("Runtime/", StringComparison.Ordinal)
        where !file.Path.StartsWith("tests/", StringComparison.Ordinal)
        from node in file.Syntax.DescendantNodes().OfType<FileScopedNamespaceDeclarationSyntax>()
        let name = node.Name.ToString()
        where name == "Orleans" || name.StartsWith("Orleans.", StringComparison.Ordinal)
        select $"{file.Path}: declares namespace {name}");

    [Fact]
    public void Solution_EveryProject_IsInIt()
    {
        var solution = Repository.Read("Orchestration.sln").Replace('\\', '/');
        Findings.None(
            from project in Repository.Projects
            where !solution.Contains($"\"{project.Path}\"", StringComparison.Ordinal)
            select $"{project.Path}: not in Orchestration.sln");
    }

    [Fact]
    public void Kernel_Code_TakesNothingFromOutside() => Findings.None(
        from file in Repository.Sources
        where file.Path.StartsWith("Grains/Kernel/", StringComparison.Ordinal)
        from node in file.Syntax.DescendantNodes()
        let banned = BannedIn(node)
        where banned is not null
        select $"{file.Path}:{file.LineOf(node)}: {banned}");

    /// <summary>Else a test environment does not know that work is under way, and lets time pass too early.</summary>
    [Fact]
    public void Engine_WorkForOtherThreads_GoesThroughEngineThreads() => Findings.None(
        from file in Repository.Sources
        where file.Path.StartsWith("Grains/", StringComparison.Ordinal) && !file.Path.EndsWith("/EngineThreads.cs")
        from access in file.Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        where access.ToString() is "Task.Run" or "ThreadPool.UnsafeQueueUserWorkItem" or "ThreadPool.QueueUserWorkItem"
        select $"{file.Path}:{file.LineOf(access)}: {access}; use EngineThreads");

    private static string? BannedIn(SyntaxNode node) => node switch
    {
        MemberAccessExpressionSyntax access when BannedMember(access.Expression.ToString(), access.Name.Identifier.Text) =>
            access.ToString(),
        ObjectCreationExpressionSyntax made when made.Type.ToString() is "Random" or "Stopwatch" or "Thread" or "Timer" =>
            made.ToString(),
        LockStatementSyntax => "lock",
        MethodDeclarationSyntax method when method.Modifiers.Any(SyntaxKind.AsyncKeyword) => $"async {method.Identifier}",
        LocalFunctionStatementSyntax local when local.Modifiers.Any(SyntaxKind.AsyncKeyword) => $"async {local.Identifier}",
        AnonymousFunctionExpressionSyntax { AsyncKeyword.RawKind: not 0 } => "async lambda",
        _ => null,
    };

    private static bool BannedMember(string type, string member) => (type, member) switch
    {
        ("DateTime" or "DateTimeOffset", "Now" or "UtcNow" or "Today") => true,
        ("TimeProvider", "System") => true,
        ("Guid", "NewGuid" or "CreateVersion7") => true,
        ("Random", "Shared") => true,
        ("Task", "Run" or "Delay") => true,
        ("Environment" or "Thread" or "Stopwatch" or "Monitor" or "ThreadPool" or "Console" or "File" or "Directory", _) => true,
        _ => false,
    };

    private static bool IsLeaf(string path) =>
        path.StartsWith("tests/", StringComparison.Ordinal) || path.StartsWith("samples/", StringComparison.Ordinal)
        || path.StartsWith("benchmarks/", StringComparison.Ordinal) || path == "Silo/Silo.csproj";

    private static List<string> ReferencesOf(string assembly)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        using var reader = new PEReader(stream);
        var metadata = reader.GetMetadataReader();
        return metadata.AssemblyReferences.Select(h => metadata.GetString(metadata.GetAssemblyReference(h).Name)).ToList();
    }
}
