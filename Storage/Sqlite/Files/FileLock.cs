using System.Globalization;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Files;

/// <summary>
/// Keeps other processes from the file. The operating system holds it and lets it go with the process, however that ends, so that
/// nothing stale is left behind; a file beside it tells who holds it.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes it alone; or, shared, with others that take it so.</summary>
    /// <exception cref="StoreRefused">Somebody else holds it, or the directory cannot be written.</exception>
    public static FileLock Take(string store, bool shared)
    {
        var (path, holder) = (store + ".lock", store + ".holder");
        FileStream file;
        try
        {
            file = shared
                ? new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read)
                : new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new StoreRefused(
                FaultCodes.StoreInUse,
                $"{store} is in use by {Holder(holder)}{(shared ? ", which has it for itself alone" : "")}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreRefused(FaultCodes.StoreUnfit, $"{path} cannot be written.", e);
        }

        try
        {
            File.WriteAllText(
                holder, string.Create(CultureInfo.InvariantCulture,
                    $"process {Environment.ProcessId} on {Environment.MachineName}"));
            return new FileLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Holder(string path)
    {
        try
        {
            var text = File.ReadAllText(path).Trim();
            return text.Length > 0 ? text : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
