using System.Globalization;
using System.Text;
using Orchestration.Workflows;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>The token under which an attempt is completed from outside: names the attempt, and proves nothing.</summary>
public static class ActivityToken
{
    private const string Version = "a1";

    /// <summary>The token of an attempt.</summary>
    public static string Of(AttemptId id)
    {
        var key = Convert.ToBase64String(Encoding.UTF8.GetBytes(id.Workflow)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return string.Create(CultureInfo.InvariantCulture, $"{Version}.{key}.{id.RunId:N}.{id.Command}.{id.Attempt}");
    }

    /// <summary>Reads a token.</summary>
    /// <exception cref="InvalidRequest">It is none.</exception>
    public static AttemptId Parse(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var parts = token.Split('.');
        if (parts is [Version, var key, var run, var command, var attempt]
            && Guid.TryParseExact(run, "N", out var runId)
            && long.TryParse(command, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            && int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            && KeyOf(key) is { } workflow) return new AttemptId(workflow, runId, number, count);
        throw new InvalidRequest("This is no token of an activity.");
    }

    private static string? KeyOf(string encoded)
    {
        try
        {
            var base64 = encoded.Replace('-', '+').Replace('_', '/');
            var key = Encoding.UTF8.GetString(Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')));
            return WorkflowKey.FromGrainKey(key).ToGrainKey();
        }
        catch (Exception e) when (e is FormatException or InvalidIdentifier)
        {
            return null;
        }
    }
}
