using System.Globalization;

namespace Orchestration.Workflows;

/// <summary>
/// One run of a workflow instance: an instance that is started again, reset or continued as new gets a new run id.
/// </summary>
/// <param name="Value">A random, unique number.</param>
public readonly record struct RunId(Guid Value)
{
    /// <summary>
    /// Reads the form that <see cref="ToString"/> writes (32 hexadecimal digits), and the usual ones with hyphens.
    /// </summary>
    public static bool TryParse(string? text, out RunId id)
    {
        var parsed = Guid.TryParse(text, CultureInfo.InvariantCulture, out var value);
        id = new RunId(value);
        return parsed;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("N");
}
