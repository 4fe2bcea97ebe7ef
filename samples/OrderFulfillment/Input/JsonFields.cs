using System.Globalization;
using System.Text.Json;

namespace Orchestration.OrderFulfillment.Input;

/// <summary>Takes fields out of a line's JSON, each with a reason when it cannot be had.</summary>
internal static class JsonFields
{
    /// <summary>Division by it drops trailing zeros, so that 14, 14.0 and 14.00 are one price in the order book.</summary>
    private const decimal Unscaled = 1.0000000000000000000000000000m;

    public static JsonElement Required(this JsonElement owner, string name, string path = "")
    {
        if (!owner.TryGetProperty(name, out var field)) throw new BadLine($"{path}{name} is missing");
        return field.ValueKind == JsonValueKind.Null ? throw new BadLine($"{path}{name} is null") : field;
    }

    public static JsonElement Required(this JsonElement owner, string name, JsonValueKind kind, string path = "")
    {
        var field = owner.Required(name, path);
        return field.ValueKind == kind
            ? field
            : throw new BadLine($"{path}{name} is {Shown(field)}; {Article(kind)} is wanted");
    }

    public static string Text(this JsonElement owner, string name, string path = "", int longest = InputLimits.TextLength)
    {
        var text = Decode(owner.Required(name, JsonValueKind.String, path), path + name).Trim();
        if (text.Length == 0) throw new BadLine($"{path}{name} is empty");
        if (text.Length > longest) throw new BadLine($"{path}{name} has {text.Length} characters; at most {longest} are taken");
        return text;
    }

    /// <summary>A text that may be absent or null, as a region is in most countries.</summary>
    public static string? OptionalText(this JsonElement owner, string name, string path = "")
    {
        if (!owner.TryGetProperty(name, out var field) || field.ValueKind == JsonValueKind.Null) return null;
        if (field.ValueKind != JsonValueKind.String)
            throw new BadLine($"{path}{name} is {Shown(field)}; a string or null is wanted");
        var text = Decode(field, path + name);
        return text.Length <= InputLimits.TextLength
            ? text
            : throw new BadLine($"{path}{name} has {text.Length} characters; at most {InputLimits.TextLength} are taken");
    }

    /// <summary>A date that may be absent or null, but not nonsense. The shop keeps none of them.</summary>
    public static void CheckOptionalDate(this JsonElement owner, string name)
    {
        if (owner.OptionalText(name) is not { } text) return;
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, default, out _))
            throw new BadLine($"{name} is \"{text}\"; a date such as 2026-01-31 is wanted");
    }

    public static long Integer(this JsonElement owner, string name, long least, long most, string path = "")
    {
        var field = owner.Required(name, JsonValueKind.Number, path);
        return field.TryGetInt64(out var value) && value >= least && value <= most
            ? value
            : throw new BadLine(
                FormattableString.Invariant($"{path}{name} is {Shown(field)}; a whole number from {least} to {most} is wanted"));
    }

    public static decimal Decimal(this JsonElement owner, string name, decimal least, decimal most, string path = "")
    {
        var field = owner.Required(name, JsonValueKind.Number, path);
        return field.TryGetDecimal(out var value) && value >= least && value <= most
            ? value / Unscaled
            : throw new BadLine(
                FormattableString.Invariant($"{path}{name} is {Shown(field)}; a number from {least} to {most} is wanted"));
    }

    public static bool Flag(this JsonElement owner, string name)
    {
        var field = owner.Required(name);
        return field.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? field.GetBoolean()
            : throw new BadLine($"{name} is {Shown(field)}; true or false is wanted");
    }

    public static string Shown(JsonElement field)
    {
        var raw = field.GetRawText();
        return raw.Length <= 40 ? raw : raw[..40] + "...";
    }

    private static string Decode(JsonElement field, string name)
    {
        try
        {
            return field.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new BadLine($"{name} is not valid Unicode");
        }
    }

    private static string Article(JsonValueKind kind) => kind is JsonValueKind.Array or JsonValueKind.Object
        ? $"an {kind.ToString().ToLowerInvariant()}"
        : $"a {kind.ToString().ToLowerInvariant()}";
}
