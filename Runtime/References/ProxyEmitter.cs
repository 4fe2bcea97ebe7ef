using System.Reflection;
using System.Reflection.Emit;
using Orleans.Runtime;

namespace Orchestration.Runtime.References;

/// <summary>
/// Emits the <see cref="GrainReference"/> class that implements a grain interface: each method makes its request, fills in the
/// arguments and hands it to the reference.
/// </summary>
internal static class ProxyEmitter
{
    private const string CreateName = "Create";

    private static readonly Type[] ConstructorParameters =
        [typeof(ReferenceRuntime), typeof(InterfaceDescriptor), typeof(GrainId)];

    /// <summary>What makes references through an interface.</summary>
    public static Func<ReferenceRuntime, InterfaceDescriptor, GrainId, GrainReference> FactoryOf(InterfaceDescriptor descriptor)
    {
        lock (descriptor)
        {
            return Emit(descriptor).GetMethod(CreateName)!
                .CreateDelegate<Func<ReferenceRuntime, InterfaceDescriptor, GrainId, GrainReference>>();
        }
    }

    private static Type Emit(InterfaceDescriptor descriptor)
    {
        var methods = DescriptorRegistry.GrainInterfacesOf(descriptor.Type)
            .SelectMany(type => (type == descriptor.Type ? descriptor : DescriptorRegistry.Shared.Get(type)).Methods)
            .ToArray();
        var requests = methods.Select(RequestEmitter.TypeOf).ToArray();
        var name = $"{descriptor.Type.Name}Reference{descriptor.Emitted++}";
        var proxy = descriptor.Module.DefineType(
            name, TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [descriptor.Type]);
        EmitCreate(proxy, EmitConstructor(proxy));
        for (var i = 0; i < methods.Length; i++) EmitMethod(proxy, methods[i].Method, requests[i], i);
        return proxy.CreateType();
    }

    private static void EmitCreate(TypeBuilder proxy, ConstructorBuilder constructor)
    {
        var method = proxy.DefineMethod(
            CreateName, MethodAttributes.Public | MethodAttributes.Static, typeof(GrainReference), ConstructorParameters);
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(OpCodes.Ldarg_2);
        code.Emit(OpCodes.Newobj, constructor);
        code.Emit(OpCodes.Ret);
    }

    private static ConstructorBuilder EmitConstructor(TypeBuilder proxy)
    {
        const BindingFlags Internal = BindingFlags.Instance | BindingFlags.NonPublic;
        var constructor = proxy.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, ConstructorParameters);
        var code = constructor.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(OpCodes.Ldarg_2);
        code.Emit(OpCodes.Ldarg_3);
        code.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(Internal, ConstructorParameters)!);
        code.Emit(OpCodes.Ret);
        return constructor;
    }

    private static void EmitMethod(TypeBuilder proxy, MethodInfo method, Type request, int number)
    {
        var parameters = method.GetParameters();
        var implementation = proxy.DefineMethod(
            $"{method.DeclaringType!.Name}.{method.Name}.{number}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig
            | MethodAttributes.NewSlot,
            method.ReturnType,
            [.. parameters.Select(static parameter => parameter.ParameterType)]);
        var code = implementation.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Newobj, request.GetConstructor([])!);
        for (var i = 0; i < parameters.Length; i++)
        {
            code.Emit(OpCodes.Dup);
            code.Emit(OpCodes.Ldarg, i + 1);
            code.Emit(OpCodes.Stfld, request.GetField(RequestEmitter.FieldName(i))!);
        }

        code.Emit(OpCodes.Call, SenderOf(method.ReturnType));
        code.Emit(OpCodes.Ret);
        proxy.DefineMethodOverride(implementation, method);
    }

    private static MethodInfo SenderOf(Type returnType)
    {
        const BindingFlags Internal = BindingFlags.Instance | BindingFlags.NonPublic;
        if (returnType == typeof(Task)) return typeof(GrainReference).GetMethod(nameof(GrainReference.SendTask), Internal)!;
        if (returnType == typeof(ValueTask)) return typeof(GrainReference).GetMethod(nameof(GrainReference.SendValueTask),
            Internal)!;
        var name = returnType.GetGenericTypeDefinition() == typeof(Task<>)
            ? nameof(GrainReference.SendTaskOf)
            : nameof(GrainReference.SendValueTaskOf);
        return typeof(GrainReference).GetMethod(name, Internal)!.MakeGenericMethod(returnType.GetGenericArguments());
    }
}
