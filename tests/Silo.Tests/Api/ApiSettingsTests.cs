using Orchestration.Silo.Api;
using Orchestration.Silo.Api.Security;
using Orchestration.Workflows;

namespace Orchestration.Silo.Tests.Api;

public sealed class ApiSettingsTests
{
    [Theory]
    [InlineData("8080", "127.0.0.1:8080")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("localhost:81", "127.0.0.1:81")]
    [InlineData("[::1]:82", "[::1]:82")]
    [InlineData("0.0.0.0:80", "0.0.0.0:80")]
    [InlineData("off", null)]
    public void TryParse_Place_IsThatPlace(string text, string? place)
    {
        Assert.Null(ApiSettings.TryParse(text, out var endpoint));
        Assert.Equal(place, endpoint?.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("70000")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("example.org:80")]
    public void TryParse_NoPlace_SaysWhatOneIs(string text) => Assert.NotNull(ApiSettings.TryParse(text, out _));

    [Theory]
    [InlineData("", "127.0.0.1:8233", false)]
    [InlineData("--http off", null, true)]
    [InlineData("--http 127.0.0.1:1", "127.0.0.1:1", true)]
    public void Read_CommandLine_IsWhatItSays(string line, string? place, bool isChosen)
    {
        var arguments = new HttpArguments();
        var command = new System.CommandLine.RootCommand();
        arguments.AddTo(command);
        var options = arguments.Read(command.Parse(line), new SiloOptions(new DirectoryInfo("d"), 0, [], false, false));
        Assert.Equal((place, isChosen), (options.Http.Endpoint?.ToString(), options.Http.IsChosen));
    }

    [Fact]
    public void Check_OpenToOthersWithoutKey_IsRefused()
    {
        ApiSettings.TryParse("0.0.0.0:80", out var all);
        var refused = Assert.Throws<InvalidRequest>(() => new ApiSettings(all, true, null).Check());
        Assert.Contains("--api-key-file", refused.Message, StringComparison.Ordinal);
        new ApiSettings(all, true, new FileInfo("keys")).Check();
        ApiSettings.Default.Check();
    }

    [Theory]
    [InlineData("")]
    [InlineData("# none\n")]
    [InlineData("short\n")]
    public void Read_FileWithoutAKey_IsRefused(string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            Assert.Throws<InvalidRequest>(() => ApiKeys.Read(new FileInfo(path)));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Throws<InvalidRequest>(() => ApiKeys.Read(new FileInfo(path)));
    }
}
