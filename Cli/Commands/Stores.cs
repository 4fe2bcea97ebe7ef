using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Sqlite;
using Orchestration.Workflows;

namespace Orchestration.Cli.Commands;

/// <summary>A store that is opened without a silo.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Stores(ServiceProvider services, string name)
    {
        _services = services;
        Name = name;
        History = services.GetRequiredService<IHistoryStore>();
    }

    /// <summary>How people are told of it.</summary>
    public string Name { get; }

    /// <summary>The histories.</summary>
    public IHistoryStore History { get; }

    /// <summary>Opens a store, and brings it up to date.</summary>
    /// <exception cref="CliFailure">It cannot be opened.</exception>
    public static async Task<Stores> OpenAsync(string store, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection().AddLogging().AddMetrics();
        ServiceProvider? provider = null;
        try
        {
            string name;
            if (store.StartsWith("postgres://", StringComparison.Ordinal) || store.StartsWith("postgresql://",
                StringComparison.Ordinal))
            {
                var settings = PostgreSqlStoreOptions.Parse(store);
                services.AddPostgreSqlStorage(o => (o.ConnectionString, o.Schema) = (settings.ConnectionString, settings.Schema));
                name = $"Schema {settings.Schema}";
            }
            else
            {
                var path = Path.Combine(store, "orchestration.db");
                if (!File.Exists(path))
                    throw CliFailure.Usage($"{path} is not there.",
                        "Name the data directory of a silo (--data), or a postgres:// address.");
                services.AddSqliteStorage(o => o.Path = path);
                name = path;
            }

            provider = services.BuildServiceProvider();
            var opened = new Stores(provider, name);

            // The first look opens it.
            await opened.History.ListAsync(new ListQuery { PageSize = 1 }, cancellationToken);
            return opened;
        }
        catch (Exception e) when (e is OrchestrationException or IOException or UnauthorizedAccessException)
        {
            if (provider is not null) await provider.DisposeAsync();
            var page = e is EngineFault fault ? $" See docs/errors/{fault.Code}.md." : "";
            throw new CliFailure(ExitCodes.Mismatch, $"The store cannot be opened: {e.Message}",
                $"Mend what it says, with no silo running.{page}", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
