using System.Reflection;

namespace Orchestration.Runtime.Activations;

/// <summary>
/// Finds the assemblies that may hold grain classes: of those loaded, and those they refer to, the ones that refer to this
/// runtime.
/// </summary>
internal static class GrainAssemblies
{
    private static readonly string Runtime = typeof(GrainAssemblies).Assembly.GetName().Name!;

    public static IReadOnlyCollection<Assembly> Find()
    {
        var found = new HashSet<Assembly>();
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(static assembly => !assembly.IsDynamic));
        while (open.TryDequeue(out var assembly))
        {
            if (IsFramework(assembly.GetName().Name) || !visited.Add(assembly.FullName ?? assembly.ToString())) continue;
            foreach (var reference in assembly.GetReferencedAssemblies())
            {
                if (reference.Name == Runtime) found.Add(assembly);
                else if (!IsFramework(reference.Name)
                    && !visited.Contains(reference.FullName) && TryLoad(reference) is { } loaded) open.Enqueue(loaded);
            }
        }

        return found;
    }

    /// <summary>
    /// The types of an assembly that can be loaded; one that lacks a dependency cannot be a usable grain class.
    /// </summary>
    public static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            return exception.Types.OfType<Type>();
        }
    }

    private static bool IsFramework(string? name) =>
        name is null or "netstandard" or "mscorlib" or "System" || name.StartsWith("System.", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.", StringComparison.Ordinal);

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException)
        {
            // An optional dependency that is not deployed.
            return null;
        }
    }
}
