using System.Reflection;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Kernel;
using Orchestration.Workflows;

namespace Orchestration.Silo.Assemblies;

/// <summary>A user's assembly: its workflows, the activities that they call, and its modules.</summary>
internal sealed class WorkflowAssembly
{
    private readonly List<Type> _workflows;
    private readonly List<Type> _activities;
    private readonly List<IOrchestrationModule> _modules;

    private WorkflowAssembly(Assembly assembly, string name)
    {
        var types = assembly.GetExportedTypes();
        _workflows = WorkflowCatalog.FindIn(assembly).ToList();
        var called = CalledInterfaces(assembly);
        _activities = types.Where(t =>
            IsConcrete(t) && t.GetInterfaces().Any(i => called.Contains(i) || NamesActivities(i))).ToList();
        _modules = types.Where(static t =>
            IsConcrete(t) && t.IsAssignableTo(typeof(IOrchestrationModule))).Select(t => Make(t, name)).ToList();
        if (_workflows.Count + _activities.Count + _modules.Count == 0)
        {
            throw new WorkflowAssemblyException(
                $"{name} has no workflows: no public class in it derives from Workflow<TInput, TOutput>, implements "
                + $"activities that its workflows call, or is an {nameof(IOrchestrationModule)}.");
        }
    }

    /// <summary>Loads an assembly.</summary>
    /// <exception cref="WorkflowAssemblyException">It cannot be hosted.</exception>
    public static WorkflowAssembly Load(FileInfo file)
    {
        AssemblyFile.Check(file);
        try
        {
            return new WorkflowAssembly(new WorkflowLoadContext(file.FullName).LoadFromAssemblyPath(file.FullName), file.Name);
        }
        catch (Exception e) when (
            e is FileNotFoundException or FileLoadException or ReflectionTypeLoadException or TypeLoadException)
        {
            var missing = (e as FileNotFoundException)?.FileName ?? (e as FileLoadException)?.FileName;
            var problem = missing is null ? e.Message : $"it needs {missing}, which is not beside it or differs in version";
            throw new WorkflowAssemblyException(
                $"{file.Name} cannot be loaded: {problem}. Build it with its dependencies beside it (dotnet publish does).", e);
        }
    }

    /// <summary>Lets a host have what the assembly brings.</summary>
    public void AddTo(IHostApplicationBuilder builder)
    {
        builder.Services.Configure<OrchestrationOptions>(options =>
        {
            options.WorkflowTypes.UnionWith(_workflows);
            options.ActivityTypes.UnionWith(_activities);
        });
        foreach (var module in _modules) module.Configure(builder.Services, builder.Configuration);
    }

    private static bool IsConcrete(Type type) => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false };

    private static bool NamesActivities(Type type) =>
        type.GetMethods().Any(static m => m.GetCustomAttribute<ActivityAttribute>() is not null);

    private static IOrchestrationModule Make(Type type, string name) => type.GetConstructor(Type.EmptyTypes) is { } constructor
        ? (IOrchestrationModule)constructor.Invoke(null)
        : throw new WorkflowAssemblyException(
            $"{type} in {name} has no public constructor without parameters, which a module needs.");

    /// <summary>
    /// The interfaces through which the assembly's code calls activities: every <c>Context.Activities&lt;T&gt;(...)</c> in it is
    /// an entry of its table of generic method instances, so that no naming convention is needed to tell activities from other
    /// classes.
    /// </summary>
    private static HashSet<Type> CalledInterfaces(Assembly assembly)
    {
        const int MethodSpecTable = 0x2B000000;
        var called = new HashSet<Type>();
        for (var row = 1; ; row++)
        {
            try
            {
                if (assembly.ManifestModule.ResolveMethod(MethodSpecTable + row) is MethodInfo
                    {
                        Name: nameof(WorkflowContext.Activities), DeclaringType: { } type,
                    } method && type == typeof(WorkflowContext)) called.Add(method.GetGenericArguments()[0]);
            }
            catch (ArgumentOutOfRangeException)
            {
                return called; // Past the table's end.
            }
            catch (Exception e) when (e is ArgumentException or BadImageFormatException)
            {
                // Inside generic code, where the type is not known: such interfaces are found by [Activity], or added by a
                // module.
            }
        }
    }
}
