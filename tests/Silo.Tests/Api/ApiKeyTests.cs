using System.Net.Http.Headers;

namespace Orchestration.Silo.Tests.Api;

public sealed class ApiKeyTests(ApiKeyTests.KeyedSilo silo) : IClassFixture<ApiKeyTests.KeyedSilo>
{
    private const string Key = "0123456789abcdef0123";

    [Theory]
    [InlineData("/api/v1/namespaces/default/workflows")]
    [InlineData("/api/v1/cluster/silos")]
    [InlineData("/api/v1/cluster/health")]
    [InlineData("/api/v1/openapi.json")]
    [InlineData("/api/v1/nothing")]
    public async Task Request_WithoutTheKey_IsRefused(string path)
    {
        (await silo.GetAsync(path)).AssertProblem(401, "key-needed");
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key + "x");
        (await silo.SendAsync(request)).AssertProblem(401, "key-needed");
    }

    [Fact]
    public async Task Request_WithTheKey_IsLetInUnderAnyHostName()
    {
        using var bearer = new HttpRequestMessage(HttpMethod.Get, "/api/v1/cluster/silos");
        bearer.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        bearer.Headers.Host = "silo.example";
        Assert.Equal(200, (await silo.SendAsync(bearer)).Status);
        using var header = new HttpRequestMessage(HttpMethod.Get, "/api/v1/cluster/silos");
        header.Headers.Add("X-Api-Key", "second-key-0123456789");
        Assert.Equal(200, (await silo.SendAsync(header)).Status);
    }

    [Fact]
    public async Task Health_WithoutTheKey_Answers()
    {
        Assert.Equal(200, (await silo.GetAsync("/health/live")).Status);
        Assert.Equal(200, (await silo.GetAsync("/health/ready")).Status);
    }

    public sealed class KeyedSilo : ApiSilo
    {
        private readonly string _path = Path.GetTempFileName();

        protected override FileInfo KeyFile
        {
            get
            {
                File.WriteAllText(_path, $"# keys\n{Key}\n\nsecond-key-0123456789\n");
                return new FileInfo(_path);
            }
        }
    }
}
