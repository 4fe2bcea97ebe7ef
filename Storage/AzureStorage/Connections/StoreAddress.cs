using System.Data.Common;
using System.Globalization;
using Azure.Identity;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>Reads and shows where a store is.</summary>
internal static class StoreAddress
{
    public const string Scheme = "azure:";

    public static AzureStorageOptions Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) throw Refused("it does not begin with \"azure:\"");
        var options = new AzureStorageOptions();
        DbConnectionStringBuilder parts;
        try
        {
            parts = new DbConnectionStringBuilder { ConnectionString = Quoted(address[Scheme.Length..]) };
        }
        catch (ArgumentException)
        {
            throw Refused("it is not made of NAME=VALUE parts with semicolons between them");
        }

        if (Take(parts, "Container") is { } container) options.Container = container;
        if (Take(parts, "Form") is { } form)
            options.Form = Enum.TryParse<AzureStorageForm>(form, ignoreCase: true, out var named) && Enum.IsDefined(named)
                ? named : throw Refused("Form is SharedLog or BlobPerRun");
        if (Take(parts, "Logs") is { } logs)
            options.Logs = int.TryParse(logs, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number : throw Refused("Logs is a number");
        if (Take(parts, "CreateContainer") is { } create)
            options.CreateContainer = bool.TryParse(create, out var creates)
                ? creates : throw Refused("CreateContainer is true or false");
        if (Take(parts, "Identity") is { } identity)
        {
            IdentifyBy(identity, parts, options);
            return options;
        }

        options.ConnectionString = string.Join(
            ';', parts.Keys!.Cast<string>().Select(name => string.Create(CultureInfo.InvariantCulture, $"{name}={parts[name]}")));
        if (options.ConnectionString.Length == 0) throw Refused("it names no account");
        return options;
    }

    public static string Describe(AzureStorageOptions options)
    {
        var account = options.ServiceUri?.Host;
        if (account is null && options.ConnectionString is { } connection)
        {
            if (connection.Contains("UseDevelopmentStorage=true", StringComparison.OrdinalIgnoreCase)) account = "Azurite";
            foreach (var part in connection.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (part.StartsWith("AccountName=", StringComparison.OrdinalIgnoreCase))
                    account ??= part["AccountName=".Length..];
                if (part.StartsWith("BlobEndpoint=", StringComparison.OrdinalIgnoreCase)
                    && Uri.TryCreate(part["BlobEndpoint=".Length..], UriKind.Absolute, out var uri)) account ??= uri.Host;
            }
        }

        return $"Azure Storage {account ?? "(no account)"}, container {options.Container}";
    }

    private static void IdentifyBy(string identity, DbConnectionStringBuilder parts, AzureStorageOptions options)
    {
        if (Take(parts, "BlobEndpoint") is not { } endpoint || parts.Count > 0
            || !Uri.TryCreate(endpoint, UriKind.Absolute, out var service) || service.Scheme != Uri.UriSchemeHttps)
            throw Refused("with Identity it has BlobEndpoint=https://ACCOUNT.blob.core.windows.net, and no key");
        var found = new DefaultAzureCredentialOptions();
        if (Guid.TryParse(identity, out _))
            (found.ManagedIdentityClientId, found.WorkloadIdentityClientId) = (identity, identity);
        else if (!identity.Equals("default", StringComparison.OrdinalIgnoreCase))
            throw Refused("Identity is default, or the client id of a managed identity");
        (options.ServiceUri, options.Credential) = (service, new DefaultAzureCredential(found));
    }

    // Keys end in '=' and signatures hold it; the builder takes only the first as a separator, but refuses bare quotes.
    private static string Quoted(string text) => text.Trim().Trim(';');

    private static string? Take(DbConnectionStringBuilder parts, string name)
    {
        if (!parts.TryGetValue(name, out var value)) return null;
        parts.Remove(name);
        return Convert.ToString(value, CultureInfo.InvariantCulture);
    }

    private static StoreRefused Refused(string why) => new(
        FaultCodes.StoreUnfit,
        $"The address of the Azure Storage store cannot be read: {why}. It has the form "
        + "azure:DefaultEndpointsProtocol=https;AccountName=...;AccountKey=...;Container=orchestration.");
}
