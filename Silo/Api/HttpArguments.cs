using System.CommandLine;

namespace Orchestration.Silo.Api;

/// <summary>The options of the HTTP API on the silo's command line.</summary>
internal sealed class HttpArguments
{
    private readonly Option<string?> _place = new("--http")
    {
        Description = $"Where the HTTP API listens: ADDRESS:PORT, a PORT of the loopback interface, or off. "
            + $"127.0.0.1:{ApiSettings.DefaultPort} unless given, or any free port where that one is taken.",
        HelpName = "PLACE",
    };

    private readonly Option<FileInfo?> _keys = new("--api-key-file")
    {
        Description = "A file with the API keys, one a line: the HTTP API then needs one. Without it, only this machine is let "
            + "in.",
        HelpName = "PATH",
    };

    private readonly Option<bool> _decodes = new("--decode-payloads")
    {
        Description = "Shows values that passed a payload codec (encryption) decoded, to whoever may use the API, and gives "
            + "them so to outside workers. Without it they are shown as they are stored.",
    };

    /// <summary>Makes them.</summary>
    public HttpArguments() => _place.Validators.Add(static result =>
    {
        if (result.Tokens.Count == 1 && ApiSettings.TryParse(result.Tokens[0].Value, out _) is { } problem)
            result.AddError(problem);
    });

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Add(_place);
        command.Add(_keys);
        command.Add(_decodes);
    }

    /// <summary>What they say.</summary>
    public SiloOptions Read(ParseResult result, SiloOptions options)
    {
        var (keys, decodes) = (result.GetValue(_keys), result.GetValue(_decodes));
        if (result.GetValue(_place) is not { } place)
            return options with { Http = ApiSettings.Default with { KeyFile = keys, DecodesPayloads = decodes } };
        ApiSettings.TryParse(place, out var endpoint);
        return options with { Http = new ApiSettings(endpoint, true, keys) { DecodesPayloads = decodes } };
    }
}
