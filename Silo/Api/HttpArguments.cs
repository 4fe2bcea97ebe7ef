using System.CommandLine;
using System.Net;

namespace Orchestration.Silo.Api;

/// <summary>The options of the HTTP API on the silo's command line.</summary>
internal sealed class HttpArguments
{
    private readonly Option<IPEndPoint?> _place = new("--http")
    {
        Description = $"Where the HTTP API listens: ADDRESS:PORT, a PORT of the loopback interface, or off. "
            + $"127.0.0.1:{ApiSettings.DefaultPort} unless given, or any free port where that one is taken.",
        HelpName = "PLACE",
        CustomParser = static result =>
        {
            if (ApiSettings.TryParse(result.Tokens[0].Value, out var endpoint) is { } problem) result.AddError(problem);
            return endpoint;
        },
    };

    private readonly Option<FileInfo?> _keys = new("--api-key-file")
    {
        Description = "A file with the API keys, one a line: the HTTP API then needs one. Without it, only this machine is let "
            + "in.",
        HelpName = "PATH",
    };

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Add(_place);
        command.Add(_keys);
    }

    /// <summary>What they say.</summary>
    public SiloOptions Read(ParseResult result, SiloOptions options)
    {
        var isChosen = result.GetResult(_place) is { Implicit: false };
        return options with
        {
            Http = new ApiSettings(
                isChosen ? result.GetValue(_place) : ApiSettings.Default.Endpoint, isChosen, result.GetValue(_keys)),
        };
    }
}
