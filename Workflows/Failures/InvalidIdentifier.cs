namespace Orchestration.Workflows;

/// <summary>A name chosen by the caller is not allowed. Nothing was written.</summary>
public sealed class InvalidIdentifier(string what, string? value, string problem)
    : ApiFailure($"'{Shown(value)}' is no {what}: {problem}.")
{
    private static string Shown(string? value) => value is null ? "" : value.Length <= 60 ? value : value[..60] + "...";
}
