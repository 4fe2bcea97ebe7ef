using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.Serialization;

namespace Orchestration.Runtime.References;

/// <summary>
/// Emits the <see cref="Request"/> class of a grain method: a field an argument, and methods that call the grain, write, read and
/// copy them without boxing or look-ups.
/// </summary>
internal static class RequestEmitter
{
    private const string CreateName = "Create";

    private const MethodAttributes Override =
        MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig | MethodAttributes.ReuseSlot;

    private static readonly ConditionalWeakTable<MethodDescriptor, Type> Emitted = [];

    /// <summary>What makes empty requests of a method.</summary>
    public static Func<Request> FactoryOf(MethodDescriptor method)
    {
        return TypeOf(method).GetMethod(CreateName)!.CreateDelegate<Func<Request>>();
    }

    /// <summary>The request class of a method; its argument fields are named by position.</summary>
    public static Type TypeOf(MethodDescriptor method)
    {
        lock (method.Interface) return Emitted.TryGetValue(method, out var known) ? known : Emit(method);
    }

    public static string FieldName(int position) => $"Argument{position}";

    public static Type BaseOf(Type returnType)
    {
        if (returnType == typeof(Task)) return typeof(TaskRequest);
        if (returnType == typeof(ValueTask)) return typeof(ValueTaskRequest);
        var open = returnType.GetGenericTypeDefinition() == typeof(Task<>) ? typeof(TaskRequest<>) : typeof(ValueTaskRequest<>);
        return open.MakeGenericType(returnType.GetGenericArguments());
    }

    private static Type Emit(MethodDescriptor method)
    {
        var parameters = method.Method.GetParameters();
        var baseType = BaseOf(method.Method.ReturnType);
        var type = method.Interface.Module.DefineType($"{method.Id}Request", TypeAttributes.Public | TypeAttributes.Sealed,
            baseType);
        var descriptor = type.DefineField("Descriptor", typeof(MethodDescriptor),
            FieldAttributes.Public | FieldAttributes.Static);
        var fields = parameters
            .Select((parameter, i) => type.DefineField(FieldName(i), parameter.ParameterType, FieldAttributes.Public))
            .ToArray();
        var constructor = EmitConstructor(type, baseType);
        EmitCreate(type, constructor);
        EmitMethodProperty(type, descriptor);
        EmitCall(type, baseType, method.Method, fields);
        EmitWrite(type, parameters, fields);
        EmitRead(type, parameters, fields);
        EmitCopy(type, parameters, fields);
        if (Array.FindIndex(parameters, static parameter =>
            parameter.ParameterType == typeof(CancellationToken)) is >= 0 and var token)
            EmitCancellation(type, fields[token]);
        var made = type.CreateType();
        made.GetField("Descriptor")!.SetValue(null, method);
        Emitted.Add(method, made);
        return made;
    }

    private static void EmitCreate(TypeBuilder type, ConstructorInfo constructor)
    {
        var method = type.DefineMethod(CreateName, MethodAttributes.Public | MethodAttributes.Static, typeof(Request), []);
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Newobj, constructor);
        code.Emit(OpCodes.Ret);
    }

    private static ConstructorBuilder EmitConstructor(TypeBuilder type, Type baseType)
    {
        var constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, []);
        var code = constructor.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Call, baseType.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic,
            [])!);
        code.Emit(OpCodes.Ret);
        return constructor;
    }

    private static void EmitMethodProperty(TypeBuilder type, FieldInfo descriptor)
    {
        var code = DefineOverride(type, typeof(Request).GetProperty(nameof(Request.Method))!.GetMethod!);
        code.Emit(OpCodes.Ldsfld, descriptor);
        code.Emit(OpCodes.Ret);
    }

    private static void EmitCall(TypeBuilder type, Type baseType, MethodInfo method, FieldInfo[] fields)
    {
        var code = DefineOverride(type, baseType.GetMethod("Invoke", BindingFlags.Instance | BindingFlags.NonPublic)!);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(OpCodes.Castclass, method.DeclaringType!);
        foreach (var field in fields)
        {
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldfld, field);
        }

        code.Emit(OpCodes.Callvirt, method);
        code.Emit(OpCodes.Ret);
    }

    private static void EmitWrite(TypeBuilder type, ParameterInfo[] parameters, FieldInfo[] fields)
    {
        var write = typeof(WireWriter).GetMethods().Single(static method =>
            method.Name == "Write" && method.IsGenericMethodDefinition);
        var code = DefineOverride(type, typeof(Request).GetMethod(nameof(Request.WriteArguments))!);
        for (var i = 0; i < fields.Length; i++)
        {
            if (parameters[i].ParameterType == typeof(CancellationToken)) continue;
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldfld, fields[i]);
            code.Emit(OpCodes.Callvirt, write.MakeGenericMethod(parameters[i].ParameterType));
        }

        code.Emit(OpCodes.Ret);
    }

    private static void EmitRead(TypeBuilder type, ParameterInfo[] parameters, FieldInfo[] fields)
    {
        var read = typeof(WireReader).GetMethods().Single(static method =>
            method.Name == "Read" && method.IsGenericMethodDefinition);
        var code = DefineOverride(type, typeof(Request).GetMethod(nameof(Request.ReadArguments))!);
        for (var i = 0; i < fields.Length; i++)
        {
            if (parameters[i].ParameterType == typeof(CancellationToken)) continue;
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Callvirt, read.MakeGenericMethod(parameters[i].ParameterType));
            code.Emit(OpCodes.Stfld, fields[i]);
        }

        code.Emit(OpCodes.Ret);
    }

    private static void EmitCopy(TypeBuilder type, ParameterInfo[] parameters, FieldInfo[] fields)
    {
        var pass = typeof(ValueCopier).GetMethod(nameof(ValueCopier.Pass))!;
        var code = DefineOverride(type, typeof(Request).GetMethod(nameof(Request.CopyArguments))!);
        for (var i = 0; i < fields.Length; i++)
        {
            if (parameters[i].ParameterType == typeof(CancellationToken)) continue;
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldfld, fields[i]);
            code.Emit(MethodTraits.IsImmutable(parameters[i]) ? OpCodes.Ldc_I4_1 : OpCodes.Ldc_I4_0);
            code.Emit(OpCodes.Callvirt, pass.MakeGenericMethod(parameters[i].ParameterType));
            code.Emit(OpCodes.Stfld, fields[i]);
        }

        code.Emit(OpCodes.Ret);
    }

    private static void EmitCancellation(TypeBuilder type, FieldInfo token)
    {
        var property = typeof(Request).GetProperty(nameof(Request.CancellationArgument))!;
        var get = DefineOverride(type, property.GetMethod!);
        get.Emit(OpCodes.Ldarg_0);
        get.Emit(OpCodes.Ldfld, token);
        get.Emit(OpCodes.Ret);
        var set = DefineOverride(type, property.SetMethod!);
        set.Emit(OpCodes.Ldarg_0);
        set.Emit(OpCodes.Ldarg_1);
        set.Emit(OpCodes.Stfld, token);
        set.Emit(OpCodes.Ret);
    }

    private static ILGenerator DefineOverride(TypeBuilder type, MethodInfo inherited)
    {
        var visibility = inherited.IsFamily ? MethodAttributes.Family : MethodAttributes.Public;
        var attributes = (Override & ~MethodAttributes.MemberAccessMask) | visibility;
        var method = type.DefineMethod(
            inherited.Name, attributes, inherited.ReturnType,
            [.. inherited.GetParameters().Select(static parameter => parameter.ParameterType)]);
        return method.GetILGenerator();
    }
}
