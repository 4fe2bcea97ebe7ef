using Microsoft.CodeAnalysis;

namespace Orchestration.Analyzers.Bans;

/// <summary>
/// The members of .NET and of common libraries that workflow code must not use, by the metadata name of the type that declares
/// them. A ban on a type reaches the types derived from it.
/// </summary>
internal static partial class BanTable
{
    /// <summary>Stands for every member of a type.</summary>
    public const string Any = "*";

    /// <summary>A constructor.</summary>
    public const string New = ".ctor";

    private static readonly Dictionary<string, Dictionary<string, Ban>> Table = Build();

    /// <summary>The bans on a type's members by their names; null where there are none.</summary>
    public static IReadOnlyDictionary<string, Ban>? Of(string typeName) =>
        Table.TryGetValue(typeName, out var bans) ? bans : null;

    private static Dictionary<string, Dictionary<string, Ban>> Build()
    {
        var table = new Dictionary<string, Dictionary<string, Ban>>(StringComparer.Ordinal);
        AddTime(table);
        AddChance(table);
        AddTasks(table);
        AddBlocking(table);
        AddSurroundings(table);
        AddInputOutput(table);
        return table;
    }

    private static void Add(Dictionary<string, Dictionary<string, Ban>> table, Ban ban, string types, params string[] members)
    {
        foreach (var type in types.Split(' '))
        {
            if (!table.TryGetValue(type, out var bans)) table.Add(type, bans = new(StringComparer.Ordinal));
            foreach (var member in members.DefaultIfEmpty(Any)) bans.Add(member, ban);
        }
    }

    private static bool TakesNothing(IMethodSymbol method) => method.Parameters.IsEmpty;

    private static bool TakesSomething(IMethodSymbol method) => !method.Parameters.IsEmpty;

    private static bool Takes(IMethodSymbol method, string typeName) =>
        method.Parameters.Any(p => p.Type.Name == typeName);
}
