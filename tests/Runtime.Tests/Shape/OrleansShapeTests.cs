using System.Reflection;
using Orleans;

namespace Orchestration.Runtime.Tests.Shape;

/// <summary>
/// Holds the public types and members of the runtime against <c>OrleansSignatures.txt</c>, the signatures of Microsoft Orleans
/// 10.2 for the types in use: nothing public may exist that Orleans lacks, or sources that compile here would not compile there.
/// </summary>
public sealed class OrleansShapeTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Runtime = typeof(Grain).Assembly;

    [Fact]
    public void PublicSurface_EveryTypeAndMember_IsOneOfOrleans()
    {
        var known = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "OrleansSignatures.txt")).ToHashSet(
            StringComparer.Ordinal);
        var foreign = Runtime.GetExportedTypes().SelectMany(SignaturesOf).Where(line =>
            !known.Contains(line)).Order(StringComparer.Ordinal);
        Assert.Equal("", string.Join("\n", foreign));
    }

    [Fact]
    public void PublicTypes_Namespaces_AreThoseOfOrleans()
    {
        var elsewhere = Runtime.GetExportedTypes()
            .Where(static type => type.Namespace is not ("Orleans" or "Microsoft.Extensions.Hosting")
                && type.Namespace?.StartsWith("Orleans.", StringComparison.Ordinal) != true);
        Assert.Equal([], elsewhere);
    }

    private static IEnumerable<string> SignaturesOf(Type type)
    {
        var name = NameOf(type);
        yield return name;
        if (type.IsEnum) yield return $"{name} : {TypeOf(Enum.GetUnderlyingType(type))}";
        foreach (var constructor in type.GetConstructors(Declared).Where(static constructor =>
            !constructor.IsStatic && IsVisible(constructor)))
            yield return $"{name}.#ctor({ParametersOf(constructor)}) : void";
        foreach (var method in type.GetMethods(Declared).Where(IsOwn))
        {
            var arity = method.IsGenericMethodDefinition ? $"``{method.GetGenericArguments().Length}" : "";
            var result = $"{TypeOf(method.ReturnType)}{Static(method.IsStatic)}";
            yield return $"{name}.{method.Name}{arity}({ParametersOf(method)}) : {result}";
        }

        foreach (var property in type.GetProperties(Declared))
        {
            var suffix = $"{TypeOf(property.PropertyType)}{Static(property.GetAccessors(true)[0].IsStatic)}";
            if (property.GetMethod is { } get
                && IsVisible(get) && !IsOverride(get)) yield return $"{name}.{property.Name} get : {suffix}";
            if (property.SetMethod is { } set
                && IsVisible(set) && !IsOverride(set)) yield return $"{name}.{property.Name} set : {suffix}";
        }

        foreach (var field in type.GetFields(Declared).Where(static field =>
            (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName))
            yield return $"{name}.{field.Name} field : {TypeOf(field.FieldType)}{Static(field.IsStatic)}";
    }

    private static bool IsOwn(MethodInfo method) =>
        IsVisible(method) && !IsOverride(method)
            && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal));

    private static bool IsOverride(MethodInfo method) => method.GetBaseDefinition().DeclaringType != method.DeclaringType;

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Static(bool isStatic) => isStatic ? " static" : "";

    private static string ParametersOf(MethodBase method) =>
        string.Join(",", method.GetParameters().Select(static parameter => TypeOf(parameter.ParameterType)));

    private static string TypeOf(Type type)
    {
        if (type == typeof(void)) return "void";
        if (type.IsByRef) return "ref " + TypeOf(type.GetElementType()!);
        if (type.IsArray) return TypeOf(type.GetElementType()!) + "[]";
        if (type.IsGenericMethodParameter) return $"!!{type.GenericParameterPosition}";
        if (type.IsGenericTypeParameter) return $"!{type.GenericParameterPosition}";
        return type.IsGenericType
            ? $"{NameOf(type)}<{string.Join(",", type.GetGenericArguments().Select(TypeOf))}>" : NameOf(type);
    }

    private static string NameOf(Type type) =>
        type.DeclaringType is { } outer ? $"{NameOf(outer)}.{type.Name}" : $"{type.Namespace}.{type.Name}";
}
