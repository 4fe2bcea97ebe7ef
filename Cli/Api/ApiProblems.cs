using System.Text.Json;

namespace Orchestration.Cli.Api;

/// <summary>What the API's problems mean to the command.</summary>
internal static class ApiProblems
{
    /// <summary>Reads the problem of an answer.</summary>
    public static async Task<CliFailure> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        try
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            using var problem = JsonDocument.Parse(text);
            return new CliFailure(
                ExitCodeOf(status), TextOf(problem.RootElement, "detail") ?? $"The silo answered {status}.",
                TextOf(problem.RootElement, "remedy") ?? "See the silo's log.")
            {
                Code = TextOf(problem.RootElement, "code"),
            };
        }
        catch (JsonException e)
        {
            return new CliFailure(
                ExitCodeOf(status), $"{response.RequestMessage?.RequestUri} answered {status}, and not as a silo does.",
                "Check the address: --address URL, or the profile.", e);
        }
    }

    private static int ExitCodeOf(int status) => status switch
    {
        400 or 413 or 415 => ExitCodes.Usage,
        401 or 403 => ExitCodes.NotAllowed,
        404 => ExitCodes.NotFound,
        409 or 422 => ExitCodes.Refused,
        502 or 503 or 504 => ExitCodes.Unavailable,
        _ => ExitCodes.Failed,
    };

    private static string? TextOf(JsonElement problem, string name) =>
        problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
