namespace Orchestration.Workflows;

/// <summary>What may stand in the names that callers choose.</summary>
internal static class Identifiers
{
    public static string? Problem(string? value, int maximumLength)
    {
        if (string.IsNullOrEmpty(value)) return "it is empty";
        if (value.Length > maximumLength) return $"it has {value.Length} characters; at most {maximumLength} are allowed";
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (char.IsControl(c)) return $"it has a control character (U+{(int)c:X4}) at position {i}";
            if (!char.IsSurrogate(c)) continue;
            if (char.IsLowSurrogate(c) || i + 1 == value.Length || !char.IsLowSurrogate(value[i + 1]))
                return $"it has an unpaired surrogate at position {i}";
            i++;
        }

        return null;
    }

    public static string? NamespaceProblem(string? value)
    {
        if (Problem(value, WorkflowKey.MaximumNamespaceLength) is { } problem) return problem;
        foreach (var c in value!)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
                return $"it has '{c}'; letters, digits, '.', '_' and '-' are allowed";
        return null;
    }
}
