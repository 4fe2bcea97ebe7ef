using System.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Identity;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>An identity whose tokens the server takes; asked for one with each request, since each is about to expire.</summary>
internal sealed class MadeIdentity : TokenCredential
{
    /// <summary>What its tokens are for.</summary>
    public string Audience { get; set; } = "https://storage.azure.com";

    /// <summary>How far the clock is ahead by which they are made.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>Whether it gets any.</summary>
    public bool IsAway { get; set; }

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        if (IsAway) throw new CredentialUnavailableException("No managed identity endpoint found.");
        var now = DateTimeOffset.UtcNow + Ahead;
        var claims = new Dictionary<string, object>
        {
            ["aud"] = Audience, ["iss"] = "https://sts.windows.net/00000000-0000-0000-0000-000000000000/",
            ["iat"] = now.AddMinutes(-1).ToUnixTimeSeconds(), ["nbf"] = now.AddMinutes(-1).ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        };
        var token = $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{Encode(JsonSerializer.Serialize(claims))}.";
        return new AccessToken(token, DateTimeOffset.UtcNow);
    }

    public override ValueTask<AccessToken> GetTokenAsync(
        TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));

    private static string Encode(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
