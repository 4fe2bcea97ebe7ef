using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestration.Cli.Settings;

namespace Orchestration.Cli.Api;

/// <summary>
/// Calls a silo's HTTP API. Requests that change something carry a key, so that one whose outcome is unknown is repeated and
/// takes
/// effect once.
/// </summary>
internal sealed class ApiConnection : IDisposable
{
    private const int Tries = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http;
    private readonly CliSettings _settings;

    public ApiConnection(CliSettings settings, HttpMessageHandler? handler = null)
    {
        _settings = settings;
        _http = new HttpClient(handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = settings.Address, Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("orchestration-cli", "1"));
        if (settings.ApiKey is { } key) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>The namespace's part of the address.</summary>
    public string Names => $"api/v1/namespaces/{Uri.EscapeDataString(_settings.Namespace)}";

    /// <summary>The part of the address of one workflow.</summary>
    public string Workflow(string id) => id.Length > 0
        ? $"{Names}/workflows/{Segment(id)}"
        : throw CliFailure.Usage("The workflow's id is empty.", "Ids have 1 to 1,000 characters.");

    /// <summary>A part of an address: percent-encoded, or as base64url where no address can carry it.</summary>
    public static string Segment(string text) => text is "" or "." or ".." || text[0] == '~'
        ? "~" + Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_')
        : Uri.EscapeDataString(text);

    /// <summary>An address with the query parameters that have a value.</summary>
    public static string Query(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var text = new StringBuilder(path);
        var mark = '?';
        foreach (var (name, value) in parameters)
        {
            if (value is null) continue;
            text.Append(mark).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            mark = '&';
        }

        return text.ToString();
    }

    /// <summary>Gets JSON.</summary>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, null, HttpCompletionOption.ResponseContentRead,
            cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    /// <summary>Gets the silo's health, which comes with 503 where it is not well.</summary>
    public async Task<JsonElement> GetHealthAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync("api/v1/cluster/health", cancellationToken);
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable)
                return await ReadAsync(response, cancellationToken);
            throw await ApiProblems.ReadAsync(response, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(e);
        }
    }

    /// <summary>Gets a body as it comes.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path, string? lastEventId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, lastEventId, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <summary>Posts JSON; the answer's JSON, or undefined where it has none.</summary>
    public async Task<JsonElement> PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body, null, HttpCompletionOption.ResponseContentRead,
            cancellationToken);
        return response.StatusCode == HttpStatusCode.NoContent ? default : await ReadAsync(response, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, JsonObject? body, string? lastEventId, HttpCompletionOption completion,
        CancellationToken cancellationToken)
    {
        var key = Guid.NewGuid().ToString("N");
        for (var tries = 1; ; tries++)
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", key);
            if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
            try
            {
                var response = await _http.SendAsync(request, completion, cancellationToken);
                if (response.IsSuccessStatusCode) return response;
                using (response)
                {
                    var failure = await ApiProblems.ReadAsync(response, cancellationToken);
                    if (failure.ExitCode != ExitCodes.Unavailable || tries == Tries) throw failure;
                }
            }
            catch (HttpRequestException e)
            {
                // Nothing that listens there will not be there in a second; what broke off may.
                if (tries == Tries || e.HttpRequestError is HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError) throw Unreachable(e);
            }

            await Task.Delay(FirstPause * Math.Pow(2, tries - 1), cancellationToken);
        }
    }

    private CliFailure Unreachable(HttpRequestException e) => new(
        ExitCodes.Unavailable,
        $"No silo answers at {_settings.Address}: {(e.InnerException ?? e).Message}",
        "Start one (dotnet run --project Silo), or name another address: --address URL, --profile NAME, ORCHESTRATION_ADDRESS.",
        e);

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new CliFailure(
                ExitCodes.Failed, $"What answers at {response.RequestMessage?.RequestUri} is no silo's HTTP API.",
                "Check the address: --address URL, or the profile.", e);
        }
    }
}
