using System.Collections;
using System.Reflection;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Messages;

/// <summary>
/// Notices, at little cost, that code which may only read has changed a workflow's fields: other values in them, or another
/// number of elements in their collections. What lies deeper is not seen.
/// </summary>
internal sealed class StateProbe
{
    private const BindingFlags CountFlags = BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly;

    private readonly FieldInfo[] _fields;

    public StateProbe(Type workflow)
    {
        var fields = new List<FieldInfo>();
        for (var type = workflow; type is not null && type != typeof(Workflow); type = type.BaseType)
        {
            fields.AddRange(type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly));
        }

        _fields = [.. fields];
    }

    /// <summary>What the fields hold now.</summary>
    public object?[] Look(Workflow workflow)
    {
        var seen = new object?[_fields.Length * 2];
        for (var i = 0; i < _fields.Length; i++)
        {
            var value = _fields[i].GetValue(workflow);
            seen[2 * i] = value;
            seen[(2 * i) + 1] = CountOf(value);
        }

        return seen;
    }

    /// <summary>The first field that has changed since; null where none has.</summary>
    public string? ChangedSince(object?[] seen, Workflow workflow)
    {
        for (var i = 0; i < _fields.Length; i++)
        {
            var value = _fields[i].GetValue(workflow);
            var before = seen[2 * i];
            var same = ReferenceEquals(value, before)
                || (_fields[i].FieldType.IsValueType && Equals(value, before));
            if (!same || !Equals(CountOf(value), seen[(2 * i) + 1])) return NameOf(_fields[i]);
        }

        return null;
    }

    private static object? CountOf(object? value) => value switch
    {
        ICollection collection => collection.Count,
        string or null or ValueType => null,
        IEnumerable when value.GetType().GetProperty("Count", CountFlags) is { } count => count.GetValue(value),
        _ => null,
    };

    private static string NameOf(FieldInfo field) =>
        field.Name is ['<', .. var rest] && rest.IndexOf('>') is var end and > 0 ? rest[..end] : field.Name;
}
