using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Recovery;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Silo.Tests.Wire;

/// <summary>
/// What crosses grain calls, of all assemblies: silos of two versions exchange it while a cluster is upgraded, on either runtime.
/// </summary>
public sealed class WireTests
{
    private static readonly Assembly[] Assemblies =
    [
        typeof(IShardGrain).Assembly, typeof(OrchestrationOptions).Assembly, typeof(IWorkflowClient).Assembly,
        typeof(SiloCommand).Assembly,
    ];

    private static readonly Type[] All = [.. Assemblies.SelectMany(static assembly => assembly.GetTypes())];

    private static readonly Type[] Interfaces = [.. All.Where(static type =>
        type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))];

    /// <summary>What stands for a type that knows no Orleans.</summary>
    private static readonly Dictionary<Type, Type> Surrogates = All.SelectMany(static type => type.GetInterfaces())
        .Where(static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConverter<,>))
        .Select(static i => i.GetGenericArguments()).Distinct(ByFirst.Instance)
        .ToDictionary(static pair => pair[0], static pair => pair[1]);

    [Fact]
    public void GrainInterfaces_HaveAliasesAndNothingGeneric()
    {
        Assert.True(Interfaces.Length >= 12);
        var faults = new List<string>();
        foreach (var type in Interfaces)
        {
            if (AliasOf(type) is null) faults.Add($"{type}: no [Alias]");
            if (type.IsGenericType) faults.Add($"{type}: is generic");
            foreach (var method in type.GetMethods())
            {
                if (AliasOf(method) is null) faults.Add($"{type}.{method.Name}: no [Alias]");
                if (method.IsGenericMethod) faults.Add($"{type}.{method.Name}: is generic");
                if (!IsAwaited(method.ReturnType)) faults.Add($"{type}.{method.Name}: is not awaited");
            }

            faults.AddRange(Doubles(type.GetMethods().Select(AliasOf)).Select(alias => $"{type}: the alias '{alias}' twice"));
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void WhatCrossesCalls_HasSerializerAliasAndIds()
    {
        var wire = Wire();
        Assert.True(wire.Count > 60, $"{wire.Count} types");
        Assert.Empty(wire.Where(static type => !type.IsEnum).SelectMany(FaultsOf));
        Assert.Empty(Doubles(wire.Concat(Interfaces).Select(AliasOf)));
    }

    /// <summary>
    /// The forms as they were: an alias, a method or a number that changes its meaning breaks the upgrade of a running cluster.
    /// </summary>
    [Fact]
    public async Task Forms_AreThoseThatAreWrittenDown()
    {
        var place = new FileInfo(Path.Combine(AppContext.BaseDirectory, "Wire", "WireForms.txt"));
        string[] now = [.. Interfaces.Select(FormOf).Concat(Wire().Select(FormOf)).Order(StringComparer.Ordinal)];
        var then = place.Exists ? await File.ReadAllLinesAsync(place.FullName) : [];
        if (now.SequenceEqual(then)) return;
        var actual = Path.Combine(Path.GetTempPath(), "WireForms.txt");
        await File.WriteAllLinesAsync(actual, now);
        Assert.Fail(
            "What silos exchange has changed. Where silos of the version before bear it (new members at new numbers, new types), "
            + $"replace tests/Silo.Tests/Wire/WireForms.txt by {actual}. Changed:\n"
            + string.Join('\n', now.Except(then).Select(static line => "+ " + line).Concat(
                then.Except(now).Select(static line => "- " + line))));
    }

    private static List<Type> Wire()
    {
        var found = new HashSet<Type>();
        var next = new Queue<Type>(Interfaces.SelectMany(static type => type.GetMethods()).SelectMany(
            static method => method.GetParameters().Select(static p => p.ParameterType).Append(method.ReturnType)));
        while (next.TryDequeue(out var type))
        {
            foreach (var part in type.IsGenericType ? type.GetGenericArguments() : []) next.Enqueue(part);
            if (type.HasElementType) next.Enqueue(type.GetElementType()!);
            if (!IsOurs(type) || Interfaces.Contains(type)) continue;
            if (Surrogates.TryGetValue(type, out var surrogate)) next.Enqueue(surrogate);
            else if (found.Add(type) && !type.IsEnum)
            {
                foreach (var (_, _, member) in MembersOf(type)) next.Enqueue(member);
                foreach (var derived in All.Where(t => t.BaseType == type)) next.Enqueue(derived);
                if (type.BaseType is { } parent) next.Enqueue(parent);
            }
        }

        return [.. found];
    }

    private static IEnumerable<string> FaultsOf(Type type)
    {
        if (type.GetCustomAttribute<GenerateSerializerAttribute>(inherit: false) is null) yield return $"{type}: no serializer";
        if (AliasOf(type) is null) yield return $"{type}: no [Alias]";
        if (type.GetCustomAttribute<ImmutableAttribute>(inherit: false) is null) yield return $"{type}: not [Immutable]";
        if (type.IsGenericType) yield return $"{type}: is generic";
        var members = MembersOf(type).ToArray();
        foreach (var (id, name, _) in members)
            if (id is null) yield return $"{type}.{name}: neither [Id] nor [field: NonSerialized]";
        foreach (var id in Doubles(members.Select(static m => m.Id?.ToString(CultureInfo.InvariantCulture))))
            yield return $"{type}: the id {id} twice";
    }

    /// <summary>What a type declares that has a state.</summary>
    private static IEnumerable<(uint? Id, string Name, Type Type)> MembersOf(Type type)
    {
        const BindingFlags Own =
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (var field in type.GetFields(Own))
        {
            var isBacking = field.GetCustomAttribute<CompilerGeneratedAttribute>() is not null && field.Name.StartsWith('<');
            var name = isBacking ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
            if (field.GetCustomAttribute<NonSerializedAttribute>() is not null) continue;
            MemberInfo member = isBacking ? type.GetProperty(name, Own)! : field;
            yield return (member.GetCustomAttribute<IdAttribute>()?.Id, name, field.FieldType);
        }
    }

    private static string FormOf(Type type)
    {
        if (type.IsEnum)
            return $"{type.FullName} " + string.Join(' ', Enum.GetNames(type).Select(
                name => $"{name}={Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}"));
        if (type.IsInterface)
            return $"{AliasOf(type)} " + string.Join(' ', type.GetMethods().OrderBy(AliasOf, StringComparer.Ordinal).Select(
                static m => $"{AliasOf(m)}({string.Join(',', m.GetParameters().Select(static p => NameOf(p.ParameterType)))})"
                    + $":{NameOf(m.ReturnType)}"));
        return $"{AliasOf(type)} " + string.Join(' ', MembersOf(type).OrderBy(static m => m.Id).Select(
            static m => $"{m.Id}:{NameOf(m.Type)}"));
    }

    private static string NameOf(Type type) =>
        type.IsArray ? NameOf(type.GetElementType()!) + "[]"
        : type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<"
                + $"{string.Join(',', type.GetGenericArguments().Select(NameOf))}>"
        : AliasOf(Surrogates.GetValueOrDefault(type, type)) ?? type.Name;

    private static bool IsOurs(Type type) =>
        !type.HasElementType && !type.IsGenericParameter
        && type.Assembly.GetName().Name!.StartsWith("Orchestration.", StringComparison.Ordinal)
        && type.Namespace!.StartsWith("Orchestration.", StringComparison.Ordinal);

    private static bool IsAwaited(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>)
            || type.GetGenericTypeDefinition() == typeof(ValueTask<>)
            || type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)));

    private static string? AliasOf(MemberInfo member) =>
        member.GetCustomAttributes<AliasAttribute>(inherit: false).FirstOrDefault()?.Alias;

    private static IEnumerable<string> Doubles(IEnumerable<string?> names) =>
        names.OfType<string>().GroupBy(static name => name).Where(static group => group.Count() > 1).Select(static g => g.Key);

    private sealed class ByFirst : IEqualityComparer<Type[]>
    {
        public static ByFirst Instance { get; } = new();

        public bool Equals(Type[]? x, Type[]? y) => x![0] == y![0];

        public int GetHashCode(Type[] obj) => obj[0].GetHashCode();
    }
}
