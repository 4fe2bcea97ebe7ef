using System.Buffers.Text;
using System.Text;

namespace Orchestration.Workflows;

/// <summary>
/// A token as text: where it belongs, and its secret, in letters that pass through addresses and mails unharmed.
/// </summary>
/// <param name="Key">The instance.</param>
/// <param name="RunId">The run.</param>
/// <param name="Command">The number of the command that made it.</param>
/// <param name="Secret">What proves that somebody has it.</param>
internal sealed record TokenText(WorkflowKey Key, RunId RunId, long Command, string Secret)
{
    /// <summary>What each token begins with; base64url letters follow.</summary>
    public const string Prefix = "wt1.";

    /// <summary>A run id alone takes so many letters.</summary>
    public const int Shortest = 43;

    private const int Longest = 4096;

    /// <summary>The text of a token.</summary>
    public static string Of(TokenText token) => Prefix + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        FormattableString.Invariant($"{token.RunId}\n{token.Command}\n{token.Secret}\n{token.Key.ToGrainKey()}")));

    /// <summary>Reads a token.</summary>
    /// <exception cref="InvalidRequest">The text is none.</exception>
    public static TokenText Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length > Longest || !Base64Url.IsValid(text.AsSpan(4)))
            throw Malformed();
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text.AsSpan(4))).Split('\n', 4);
        if (parts.Length != 4 || !RunId.TryParse(parts[0], out var run) || !long.TryParse(parts[1], out var command))
            throw Malformed();
        try
        {
            return new TokenText(WorkflowKey.FromGrainKey(parts[3]), run, command, parts[2]);
        }
        catch (InvalidIdentifier)
        {
            throw Malformed();
        }
    }

    private static InvalidRequest Malformed() => new("The text is no token of a workflow; it may have been cut or changed.");
}
