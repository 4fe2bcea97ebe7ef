using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestration.Client;
using Orchestration.Silo.Api.Errors;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Values;

/// <summary>Reads what stands in addresses and headers, and says what is wrong with it.</summary>
internal static class ApiArguments
{
    /// <summary>The header under which a caller names a request, so that it may be repeated.</summary>
    public const string IdempotencyHeader = "Idempotency-Key";

    private const int LongestKey = 200;

    /// <summary>Refuses what an endpoint does not know: a filter that is misspelt must not be a filter that is left
    /// out.</summary>
    public static void Only(HttpContext http, params ReadOnlySpan<string> known)
    {
        if (!http.Request.QueryString.HasValue) return;
        foreach (var name in http.Request.Query.Keys)
        {
            var isKnown = false;
            foreach (var k in known) isKnown |= k == name;
            if (!isKnown)
                throw ProblemException.Invalid(
                    $"There is no query parameter '{name}' here.",
                    known.Length == 0 ? "Leave it out." : $"Known are: {string.Join(", ", known.ToArray())}.");
        }
    }

    /// <summary>A text; null where it is not given.</summary>
    public static string? Text(HttpContext http, string name)
    {
        var values = http.Request.Query[name];
        if (values.Count > 1) throw ProblemException.Invalid($"The query parameter '{name}' is given {values.Count} times.");
        return values.Count == 0 || values[0] is not { Length: > 0 } text ? null : text;
    }

    /// <summary>A whole number.</summary>
    public static long? Number(HttpContext http, string name, long minimum, long maximum)
    {
        if (Text(http, name) is not { } text) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= minimum && number <= maximum
                ? number
                : throw ProblemException.Invalid($"'{name}={text}' is no whole number from {minimum} to {maximum}.");
    }

    /// <summary>A number of seconds.</summary>
    public static TimeSpan? Seconds(HttpContext http, string name, double maximum)
    {
        if (Text(http, name) is not { } text) return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= 0 && seconds <= maximum
                ? TimeSpan.FromSeconds(seconds)
                : throw ProblemException.Invalid($"'{name}={text}' is no number of seconds from 0 to {maximum}.");
    }

    /// <summary>A time, in ISO 8601; without an offset it is UTC.</summary>
    public static DateTimeOffset? Time(HttpContext http, string name)
    {
        if (Text(http, name) is not { } text) return null;
        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                ? time : throw ProblemException.Invalid($"'{name}={text}' is no time; write it as 2030-01-31T12:00:00Z.");
    }

    /// <summary>One of an enumeration's names.</summary>
    public static T? OneOf<T>(HttpContext http, string name) where T : struct, Enum
    {
        if (Text(http, name) is not { } text) return null;
        return Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0])
            ? value
            : throw ProblemException.Invalid(
                $"'{name}={text}' is none of: {string.Join(", ", Enum.GetNames<T>().Select(Camel))}.");
    }

    /// <summary>A run's id.</summary>
    public static RunId? Run(string? text)
    {
        if (text is null) return null;
        return RunId.TryParse(text, out var run)
            ? run
            : throw ProblemException.Invalid(
                $"'{(text.Length < 60 ? text : text[..60])}' is no run id: 32 hexadecimal digits.");
    }

    /// <summary>A duration of a body.</summary>
    public static TimeSpan? Duration(string name, double? seconds)
    {
        if (seconds is not { } given) return null;
        return given >= 0 && given <= TimeSpan.MaxValue.TotalSeconds / 2
            ? TimeSpan.FromSeconds(given)
            : throw ProblemException.Invalid(
                $"'{name}' is {given.ToString(CultureInfo.InvariantCulture)}; seconds are 0 or more.");
    }

    /// <summary>Names what follows by the caller's key, where one is given; else does nothing.</summary>
    /// <param name="http">The request.</param>
    /// <param name="scope">What else tells the request apart: the instance and what is asked of it.</param>
    public static IDisposable? Keyed(HttpContext http, params ReadOnlySpan<string> scope)
    {
        if (KeyOf(http) is not { } key) return null;
        var parts = new List<string> { "http" };
        foreach (var part in scope) parts.Add(part);
        parts.Add(key);

        // Lengths keep ("a", "bc") and ("ab", "c") apart.
        return RequestKey.Use(string.Concat(parts.Select(static p => string.Create(
            CultureInfo.InvariantCulture, $"{p.Length}:{p}"))));
    }

    /// <summary>The caller's key; null where none is given.</summary>
    public static string? KeyOf(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue(IdempotencyHeader, out var given)) return null;
        return given is [{ Length: > 0 and <= LongestKey } key]
            ? key
            : throw ProblemException.Invalid($"An {IdempotencyHeader} has 1 to {LongestKey} characters, and is given once.");
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
