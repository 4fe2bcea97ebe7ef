using System.CommandLine;
using Orchestration.Cli.Api;
using Orchestration.Cli.Output;

namespace Orchestration.Cli.Commands;

/// <summary>What a command works with.</summary>
internal sealed class CliContext(ParseResult result, GlobalOptions options, Printer printer) : IDisposable
{
    private readonly Lazy<ApiConnection> _api = new(() => new ApiConnection(options.Read(result)));

    /// <summary>The parsed line.</summary>
    public ParseResult Line => result;

    /// <summary>Shows answers.</summary>
    public Printer Printer => printer;

    /// <summary>The silo; connected to at its first use.</summary>
    public ApiConnection Api => _api.Value;

    /// <summary>The value of an option or argument.</summary>
    public T? Get<T>(Option<T> option) => result.GetValue(option);

    /// <summary>The value of an argument that must be given.</summary>
    public T Get<T>(Argument<T> argument) => result.GetValue(argument)!;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_api.IsValueCreated) _api.Value.Dispose();
    }
}
