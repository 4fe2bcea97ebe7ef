using System.Reflection;
using System.Runtime.Loader;

namespace Orchestration.Silo.Assemblies;

/// <summary>
/// Loads a user's assembly and what lies beside it. What the silo itself has (the engine and the frameworks) is shared, so that
/// both sides mean the same types; all else is the assembly's own.
/// </summary>
internal sealed class WorkflowLoadContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    private static readonly HashSet<string> Shared = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Select(Path.GetFileNameWithoutExtension)
        .OfType<string>()
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    private readonly AssemblyDependencyResolver _resolver = new(path);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name is null || Shared.Contains(assemblyName.Name)) return null;
        var found = _resolver.ResolveAssemblyToPath(assemblyName)
            ?? Path.Combine(Path.GetDirectoryName(path)!, assemblyName.Name + ".dll");
        return File.Exists(found) ? LoadFromAssemblyPath(found) : null;
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } found ? LoadUnmanagedDllFromPath(found) : 0;
}
