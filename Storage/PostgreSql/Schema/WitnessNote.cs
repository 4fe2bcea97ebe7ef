using System.Globalization;

namespace Orchestration.Storage.PostgreSql.Schema;

/// <summary>What a witness knows: which tokens the database may name under its id.</summary>
/// <param name="Id">The witness.</param>
/// <param name="Incarnation">The incarnation that it was noted of.</param>
/// <param name="At">When.</param>
/// <param name="Tokens">The one that was written, or two while the second is being written.</param>
internal sealed record WitnessNote(Guid Id, Guid Incarnation, DateTimeOffset At, IReadOnlyList<Guid> Tokens)
{
    /// <summary>Reads what <see cref="ToString"/> has written; null where it is something else.</summary>
    public static WitnessNote? Parse(string text)
    {
        var parts = text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is not (4 or 5) || !Guid.TryParse(parts[0], out var id) || !Guid.TryParse(parts[1], out var incarnation)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return null;
        var tokens = new List<Guid>();
        foreach (var part in parts[3..])
        {
            if (!Guid.TryParse(part, out var token)) return null;
            tokens.Add(token);
        }

        return new WitnessNote(id, incarnation, DateTimeOffset.FromUnixTimeSeconds(seconds), tokens);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Id:N} {Incarnation:N} {At.ToUnixTimeSeconds()} {string.Join(' ', Tokens.Select(static t => t.ToString("N")))}\n");
}
