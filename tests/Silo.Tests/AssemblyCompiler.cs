using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Orchestration.Silo.Tests;

/// <summary>Makes assemblies of users from their sources.</summary>
internal static class AssemblyCompiler
{
    public static FileInfo Compile(DirectoryInfo directory, string name, MetadataReference[] references, params string[] sources)
    {
        var path = Path.Combine(directory.FullName, name + ".dll");
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(static p => p.EndsWith(".dll", StringComparison.Ordinal))
            .Select(static p => MetadataReference.CreateFromFile(p));
        var result = CSharpCompilation.Create(
            name,
            sources.Select(static s => CSharpSyntaxTree.ParseText(s)),
            platform.Concat(references),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(path);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return new FileInfo(path);
    }
}
