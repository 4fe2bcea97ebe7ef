using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>What of a child's options goes to the child.</summary>
internal static class ChildStarts
{
    private const int MaximumHeaders = 64;
    private const int MaximumHeaderCharacters = 16 * 1024;

    /// <summary>Version and limits; null where none is given.</summary>
    /// <exception cref="InvalidRequest">One of them is not allowed.</exception>
    public static ChildStart? Of(ChildOptions options)
    {
        if (options.Version is < 1)
            throw new InvalidRequest(
                $"Version is {options.Version}; versions are numbered from 1. Leave it unset for the highest.");
        RequirePositive(options.RunTimeout, nameof(options.RunTimeout));
        RequirePositive(options.ExecutionTimeout, nameof(options.ExecutionTimeout));
        if (options.StartDelay < TimeSpan.Zero)
            throw new InvalidRequest($"StartDelay is {options.StartDelay}; it must not be negative.");
        CheckHeaders(options.Headers);
        return options is { Version: null, RunTimeout: null, ExecutionTimeout: null, StartDelay: null } ? null : new ChildStart
        {
            Version = options.Version,
            RunTimeout = options.RunTimeout,
            ExecutionTimeout = options.ExecutionTimeout,
            StartDelay = options.StartDelay,
        };
    }

    /// <summary>The parent's headers and the child's own; null for none.</summary>
    public static IReadOnlyDictionary<string, string>? Merged(
        IReadOnlyDictionary<string, string>? parents, IReadOnlyDictionary<string, string>? own)
    {
        if (own is not { Count: > 0 }) return parents is { Count: > 0 } ? parents : null;
        if (parents is not { Count: > 0 }) return own;
        var merged = new Dictionary<string, string>(parents);
        foreach (var (name, value) in own) merged[name] = value;
        return merged;
    }

    /// <summary>Headers that are recorded with what code asks for; null for none.</summary>
    /// <exception cref="InvalidRequest">They are too many or too large.</exception>
    public static IReadOnlyDictionary<string, string>? CheckHeaders(IReadOnlyDictionary<string, string>? headers)
    {
        if (headers is not { Count: > 0 }) return null;
        var size = headers.Sum(static h => h.Key.Length + h.Value.Length);
        return headers.Count <= MaximumHeaders && size <= MaximumHeaderCharacters ? headers : throw new InvalidRequest(
            $"{headers.Count} headers of {size} characters were given; at most {MaximumHeaders} of {MaximumHeaderCharacters} in "
            + "all are allowed.");
    }

    private static void RequirePositive(TimeSpan? value, string name)
    {
        if (value is { Ticks: <= 0 })
            throw new InvalidRequest($"{name} is {value}; it must be more than zero. Leave it unset for no limit.");
    }
}
