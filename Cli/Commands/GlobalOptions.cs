using System.CommandLine;
using Orchestration.Cli.Settings;

namespace Orchestration.Cli.Commands;

/// <summary>The options that every command has.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<string?> _profile = Text("--profile", "The profile of the configuration file.", "NAME");
    private readonly Option<string?> _address = Text("--address",
        $"A silo's HTTP API; {CliSettings.DefaultAddress} unless given.", "URL");
    private readonly Option<string?> _namespace = Text("--namespace", "The namespace; 'default' unless given.", "NAME");
    private readonly Option<string?> _keyFile = Text("--api-key-file", "A file with the API key.", "PATH");

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "table, for people, or json, for programs.",
        DefaultValueFactory = static _ => "table",
        Recursive = true,
        HelpName = "FORM",
    };

    public GlobalOptions() => _output.AcceptOnlyFromAmong("table", "json");

    /// <summary>Adds them to the root.</summary>
    public void AddTo(RootCommand root)
    {
        foreach (var option in (Option[])[_profile, _address, _namespace, _keyFile, _output]) root.Add(option);
    }

    /// <summary>Whether programs read the output.</summary>
    public bool IsJson(ParseResult result) => result.GetValue(_output) == "json";

    /// <summary>The cluster that is meant.</summary>
    public CliSettings Read(ParseResult result) => CliSettings.Read(
        new CliSettings.Given(
            result.GetValue(_profile), result.GetValue(_address), result.GetValue(_namespace), result.GetValue(_keyFile)),
        Environment.GetEnvironmentVariable);

    private static Option<string?> Text(string name, string about, string value) =>
        new(name) { Description = about, HelpName = value, Recursive = true };
}
