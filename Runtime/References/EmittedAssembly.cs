using System.Reflection;
using System.Reflection.Emit;

namespace Orchestration.Runtime.References;

/// <summary>
/// Where the classes of one grain interface are emitted. The assembly may use the internals of this one and of those that the
/// interface's types come from, as generated source would.
/// </summary>
internal static class EmittedAssembly
{
    private static readonly Type[] StringParameter = [typeof(string)];

    public static ModuleBuilder Create(string name, IEnumerable<Type> types)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(name), AssemblyBuilderAccess.Run);
        var module = assembly.DefineDynamicModule(name);
        var attribute = DefineAccessAttribute(module);
        var constructor = attribute.GetConstructor(StringParameter)!;
        foreach (var friend in types.SelectMany(Parts).Append(typeof(EmittedAssembly)).Select(static type =>
            type.Assembly.GetName().Name).Distinct())
            assembly.SetCustomAttribute(new CustomAttributeBuilder(constructor, [friend]));
        return module;
    }

    // The runtime honours this attribute by its name, wherever it is defined.
    private static Type DefineAccessAttribute(ModuleBuilder module)
    {
        var type = module.DefineType(
            "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute", TypeAttributes.Public | TypeAttributes.Class,
                typeof(Attribute));
        var constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, StringParameter);
        var code = constructor.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, [])!);
        code.Emit(OpCodes.Ret);
        return type.CreateType();
    }

    private static IEnumerable<Type> Parts(Type type)
    {
        yield return type;
        if (type.GetElementType() is { } element)
        {
            foreach (var part in Parts(element)) yield return part;
        }

        foreach (var argument in type.GetGenericArguments())
        {
            foreach (var part in Parts(argument)) yield return part;
        }
    }
}
