using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Files;

/// <summary>Whether a place is fit for a store.</summary>
internal static class StoreDirectory
{
    // Their locks and their idea of "on disk" are not to be relied on.
    private static readonly string[] Unfit =
        ["nfs", "cifs", "smb", "9p", "v9fs", "fuse", "afs", "ceph", "coda", "ncp", "vboxsf", "prl_fs", "gfs", "lustre", "webdav"];

    /// <summary>Creates the directory where it is missing.</summary>
    /// <returns>The file's full path.</returns>
    /// <exception cref="StoreRefused">The place cannot hold a store.</exception>
    public static string Prepare(SqliteStoreOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Path);
        var path = Path.GetFullPath(options.Path);
        if (Directory.Exists(path)) throw new StoreRefused(FaultCodes.StoreUnfit, $"{path} is a directory, not a file.");
        var directory = Path.GetDirectoryName(path)!;
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreRefused(FaultCodes.StoreUnfit, $"The directory {directory} cannot be created.", e);
        }

        var format = (options.FileSystemOf ?? FileSystemOf)(directory);
        if (Unfit.Any(name => format.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            throw new StoreRefused(
                FaultCodes.StoreUnfit, $"{directory} is on a network file system ({format}); a store needs a local disk.");
        return path;
    }

    private static string FileSystemOf(string directory)
    {
        try
        {
            var drive = new DriveInfo(directory);
            return drive.DriveType == DriveType.Network ? "nfs-like " + drive.DriveFormat : drive.DriveFormat;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "unknown";
        }
    }
}
