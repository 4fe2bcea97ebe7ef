using Orchestration.Cli.Settings;

namespace Orchestration.Cli.Tests;

public sealed class SettingsTests : IDisposable
{
    private static readonly CliSettings.Given Nothing = new(null, null, null, null);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cli-settings-");
    private readonly Dictionary<string, string> _variables = [];

    public SettingsTests()
    {
        var key = Path.Combine(_folder.FullName, "key");
        File.WriteAllText(key, "# key\nsecret\n");
        _variables["ORCHESTRATION_CONFIG"] = Path.Combine(_folder.FullName, "config.json");
        Write($$"""
            {
              "default": "dev", // of those who name none
              "profiles": {
                "dev": { "address": "http://127.0.0.1:1" },
                "live": { "address": "https://silo.example", "namespace": "shop",
                    "apiKeyFile": {{System.Text.Json.JsonSerializer.Serialize(key)}} },
              }
            }
            """);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_Profiles_AreChosenByNameVariableAndDefault()
    {
        Assert.Equal(new CliSettings(new Uri("http://127.0.0.1:1"), "default", null), Read(Nothing));
        Assert.Equal(new CliSettings(new Uri("https://silo.example"), "shop", "secret"), Read(Nothing with { Profile = "live" }));
        _variables["ORCHESTRATION_PROFILE"] = "live";
        Assert.Equal("shop", Read(Nothing).Namespace);
    }

    [Fact]
    public void Read_CommandLine_GoesBeforeVariablesAndThoseBeforeProfiles()
    {
        _variables["ORCHESTRATION_NAMESPACE"] = "of-variable";
        _variables["ORCHESTRATION_API_KEY"] = "of-variable";
        var live = Nothing with { Profile = "live" };
        Assert.Equal(("of-variable", "of-variable"), (Read(live).Namespace, Read(live).ApiKey));
        Assert.Equal("given", Read(live with { Namespace = "given" }).Namespace);
    }

    [Fact]
    public void Read_WhatMakesNoSense_SaysWhatToDo()
    {
        Assert.Contains("dev, live", Fails(Nothing with { Profile = "none" }).Remedy, StringComparison.Ordinal);
        Assert.Contains("http://", Fails(Nothing with { Address = "silo:1" }).Remedy, StringComparison.Ordinal);
        Assert.Equal(2, Fails(Nothing with { ApiKeyFile = "none" }).ExitCode);
        Write("""{"profiles": {}, "profile": 1}""");
        Assert.Equal(2, Fails(Nothing).ExitCode);
        _variables["ORCHESTRATION_CONFIG"] = "none.json";
        Assert.Equal(2, Fails(Nothing).ExitCode);
    }

    private CliSettings Read(CliSettings.Given given) => CliSettings.Read(given, _variables.GetValueOrDefault);

    private CliFailure Fails(CliSettings.Given given) => Assert.Throws<CliFailure>(() => Read(given));

    private void Write(string text) => File.WriteAllText(_variables["ORCHESTRATION_CONFIG"], text);
}
