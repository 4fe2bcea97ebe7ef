using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Orchestration.Cli.Api;

/// <summary>Follows a workflow's live stream, over lost connections and silos.</summary>
internal sealed class EventReader(ApiConnection api)
{
    private const int MaximumFailures = 60; // each of some two seconds: a silo that starts again, or is moved, takes that long
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The items of a stream, up to the run's end.</summary>
    public async IAsyncEnumerable<(bool HasEnded, JsonElement Data)> FollowAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        for (var failures = 0; ;)
        {
            HttpResponseMessage? response = null;
            try
            {
                response = await api.OpenAsync(path, last, cancellationToken);
            }
            catch (CliFailure e) when (last is not null && e.ExitCode == ExitCodes.Unavailable && failures < MaximumFailures)
            {
                failures++; // it was there a moment ago
            }

            if (response is not null)
            {
                using (response)
                {
                    if (response.StatusCode == System.Net.HttpStatusCode.NoContent) yield break;
                    using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
                    while (await NextAsync(reader, cancellationToken) is { } item)
                    {
                        (last, failures) = (item.Id, 0);
                        yield return (item.HasEnded, item.Data);
                        if (item.HasEnded) yield break;
                    }
                }
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static async Task<Item?> NextAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var (id, name, data) = ("", "", "");
        try
        {
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
                else if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
                else if (line.Length == 0 && data.Length > 0)
                {
                    using var document = JsonDocument.Parse(data);
                    return new Item(id, name == "end", document.RootElement.Clone());
                }
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The connection broke off: another one goes on from the last item.
        }

        return null;
    }

    private sealed record Item(string Id, bool HasEnded, JsonElement Data);
}
