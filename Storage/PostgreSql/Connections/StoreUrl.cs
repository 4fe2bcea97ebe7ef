using Npgsql;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.PostgreSql.Connections;

/// <summary>A store's address as a URL.</summary>
internal static class StoreUrl
{
    private const string Form = "postgres://USER:PASSWORD@HOST:PORT/DATABASE?schema=NAME";

    public static PostgreSqlStoreOptions Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var options = new PostgreSqlStoreOptions();
        try
        {
            if (IsUrl(address)) Read(new Uri(address), options);
            else options.ConnectionString = new NpgsqlConnectionStringBuilder(address).ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // Neither the address nor the driver's message is repeated: a password may stand there.
            throw Unreadable();
        }

        return new NpgsqlConnectionStringBuilder(options.ConnectionString) is { Host.Length: > 0 } ? options : throw Unreadable();
    }

    public static string Describe(PostgreSqlStoreOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        return string.Create(
            null, $"PostgreSQL at {settings.Host}:{settings.Port}, database {settings.Database}, schema {options.Schema}");
    }

    private static bool IsUrl(string address) =>
        address.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || address.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    private static void Read(Uri url, PostgreSqlStoreOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder { Host = url.IdnHost };
        if (url.Port > 0) settings.Port = url.Port;
        if (url.AbsolutePath.Trim('/') is { Length: > 0 } database) settings.Database = Uri.UnescapeDataString(database);
        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0) settings.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) settings.Password = Uri.UnescapeDataString(user[1]);
        foreach (var part in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = part.Split('=', 2) is [var n, var v] ? (n, Uri.UnescapeDataString(v)) : throw Unreadable();
            if (name.Equals("schema", StringComparison.OrdinalIgnoreCase)) options.Schema = value;
            else settings[Uri.UnescapeDataString(name)] = value;
        }

        options.ConnectionString = settings.ConnectionString;
    }

    private static StoreRefused Unreadable() =>
        Failures.Unfit($"The address of the PostgreSQL store cannot be read; its form is {Form}.");
}
