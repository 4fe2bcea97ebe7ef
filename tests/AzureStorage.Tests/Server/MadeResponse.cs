using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Azure;
using Azure.Core;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>An answer of the service as a test makes it.</summary>
public sealed class MadeResponse(int status, string code, DateTimeOffset? date = null, string? retryAfter = null) : Response
{
    private readonly Dictionary<string, string> _headers = Made(code, date, retryAfter);

    public override int Status => status;

    public override string ReasonPhrase => code;

    public override Stream? ContentStream { get; set; } = new MemoryStream();

    public override string ClientRequestId { get; set; } = "";

    public override void Dispose()
    {
    }

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) =>
        _headers.TryGetValue(name, out value);

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = _headers.TryGetValue(name, out var value) ? [value] : null;
        return values is not null;
    }

    protected override bool ContainsHeader(string name) => _headers.ContainsKey(name);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => _headers.Select(static h => new HttpHeader(h.Key, h.Value));

    private static Dictionary<string, string> Made(string code, DateTimeOffset? date, string? retryAfter)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["x-ms-error-code"] = code,
            ["Date"] = (date ?? DateTimeOffset.UtcNow).ToString("R", CultureInfo.InvariantCulture),
        };
        if (retryAfter is not null) headers["Retry-After"] = retryAfter;
        return headers;
    }
}
