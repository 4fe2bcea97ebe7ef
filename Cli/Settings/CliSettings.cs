using System.Text.Json;

namespace Orchestration.Cli.Settings;

/// <summary>Which cluster a command speaks to: the command line, then ORCHESTRATION_* variables, then the profile.</summary>
internal sealed record CliSettings(Uri Address, string Namespace, string? ApiKey)
{
    /// <summary>Where a silo is unless somebody says otherwise.</summary>
    public const string DefaultAddress = "http://127.0.0.1:8233";

    /// <summary>The variable that names the configuration file.</summary>
    public const string FileVariable = "ORCHESTRATION_CONFIG";

    /// <summary>Reads them.</summary>
    /// <param name="given">What the command line says; null is nothing.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="CliFailure">The file or an address makes no sense.</exception>
    public static CliSettings Read(Given given, Func<string, string?> variable)
    {
        var profile = FindProfile(given.Profile ?? Set(variable("ORCHESTRATION_PROFILE")), variable);
        var address = given.Address ?? Set(variable("ORCHESTRATION_ADDRESS")) ?? profile?.Address ?? DefaultAddress;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw CliFailure.Usage(
                $"'{address}' is no address of a silo's HTTP API.",
                    $"Write it as {DefaultAddress} (--address, or in the profile).");
        var keyFile = given.ApiKeyFile ?? Set(variable("ORCHESTRATION_API_KEY_FILE")) ?? profile?.ApiKeyFile;
        var key = given.ApiKeyFile is null && Set(variable("ORCHESTRATION_API_KEY")) is { } direct ? direct : ReadKey(keyFile);
        return new CliSettings(
            uri, given.Namespace ?? Set(variable("ORCHESTRATION_NAMESPACE")) ?? profile?.Namespace ?? "default", key);
    }

    /// <summary>The configuration file.</summary>
    public static string FilePath(Func<string, string?> variable) => Set(variable(FileVariable))
        ?? Path.Combine(
            Set(variable("XDG_CONFIG_HOME")) ?? Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData),
            "orchestration", "config.json");

    /// <summary>Reads the configuration file; null where there is none.</summary>
    /// <exception cref="CliFailure">It cannot be read.</exception>
    public static ProfileFile? ReadFile(Func<string, string?> variable)
    {
        var path = FilePath(variable);
        if (!File.Exists(path))
        {
            return Set(variable(FileVariable)) is null ? null : throw CliFailure.Usage(
                $"{path}, which {FileVariable} names, is not there.", "Write it, or unset the variable. See docs/cli.md.");
        }

        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, ProfileJson.Default.ProfileFile);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CliFailure(
                ExitCodes.Usage, $"{path} cannot be read: {e.Message}", "Mend the file; docs/cli.md shows its form.", e);
        }
    }

    private static Profile? FindProfile(string? name, Func<string, string?> variable)
    {
        var file = ReadFile(variable);
        if (name is null) return file?.Default is { } standard ? Named(file, standard) : null;
        return file is null
            ? throw CliFailure.Usage(
                $"There is no profile '{name}': {FilePath(variable)} is not there.", "Write it; docs/cli.md shows its form.")
            : Named(file, name);
    }

    private static Profile Named(ProfileFile file, string name) => file.Profiles.TryGetValue(name, out var profile)
        ? profile
        : throw CliFailure.Usage(
            $"There is no profile '{name}'.",
                $"There are: {string.Join(", ", file.Profiles.Keys.Order(StringComparer.Ordinal))}.");

    private static string? ReadKey(string? path)
    {
        if (path is null) return null;
        try
        {
            return File.ReadLines(path).Select(static l => l.Trim()).FirstOrDefault(static l => l.Length > 0 && l[0] != '#')
                ?? throw CliFailure.Usage($"{path} has no API key.", "Put the key there, on a line of its own.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailure(
                ExitCodes.Usage, $"The API key cannot be read: {e.Message}", "Name a file with --api-key-file.", e);
        }
    }

    private static string? Set(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    /// <summary>What the command line says.</summary>
    internal sealed record Given(string? Profile, string? Address, string? Namespace, string? ApiKeyFile);
}
