using System.Globalization;
using System.Text;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Files;

/// <summary>
/// Keeps other processes from the file. The operating system holds it and lets it go with the process, however that ends, so that
/// nothing stale is left behind; the text inside only tells who holds it.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <exception cref="StoreRefused">Somebody else holds it, or the directory cannot be written.</exception>
    public static FileLock Take(string path)
    {
        FileStream file;
        try
        {
            // On Unix only "none" excludes others; on Windows "read" does too, and lets them see who holds it.
            var share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new StoreRefused(FaultCodes.StoreInUse, $"The store is in use by {Holder(path)} (lock file {path}).", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreRefused(FaultCodes.StoreUnfit, $"{path} cannot be written.", e);
        }

        file.SetLength(0);
        file.Write(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}")));
        file.Flush();
        return new FileLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static string Holder(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            var text = reader.ReadToEnd().Trim();
            return text.Length > 0 ? text : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
