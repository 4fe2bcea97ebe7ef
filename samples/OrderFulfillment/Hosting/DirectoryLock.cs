using System.Globalization;

namespace Orchestration.OrderFulfillment.Hosting;

/// <summary>
/// Keeps a second run out of a data directory. The operating system releases it with the process, however that ends, so there is
/// nothing to clean up after a kill.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    public static DirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, "run.lock");
        CreateDirectory(directory);
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new DirectoryLock(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DirectoryInUse(
                $"{directory} cannot be locked ({e.Message}). Another run may be using it: "
                + "wait for its end, or name another directory with --data.");
        }
    }

    public void Dispose() => _file.Dispose();

    private static void CreateDirectory(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DirectoryInUse($"{directory} cannot be made a directory: {e.Message}");
        }
    }
}
