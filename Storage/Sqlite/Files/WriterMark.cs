using System.Globalization;
using System.IO.MemoryMappedFiles;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Files;

/// <summary>
/// Tells, of a file that several processes write, which one is at it: a few bytes of memory that they share, beside the file. Set
/// by whoever holds the file's write lock, and only then; the lock is SQLite's and goes with its process, so a mark that a dead
/// process left behind misleads nobody but a reader who waits for the lock at that moment.
/// </summary>
internal sealed class WriterMark : IDisposable
{
    private const int Bytes = 4096;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private WriterMark(MemoryMappedFile file)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, Bytes);
    }

    /// <exception cref="StoreRefused">The mark cannot be made there.</exception>
    public static WriterMark Open(string store)
    {
        var path = store + ".writer";
        try
        {
            var stream = new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return new WriterMark(MemoryMappedFile.CreateFromFile(
                stream, null, Bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreRefused(FaultCodes.StoreUnfit, $"{path} cannot be written.", e);
        }
    }

    /// <summary>Who holds the write lock, as far as it says.</summary>
    public string Holder => _view.ReadInt32(0) is var process and not 0
        ? string.Create(CultureInfo.InvariantCulture, $"process {process}") : "another process";

    /// <summary>This process has the write lock.</summary>
    public void Set() => _view.Write(0, Environment.ProcessId);

    /// <summary>This process has given it back; another one may have taken it since.</summary>
    public void Clear()
    {
        if (_view.ReadInt32(0) == Environment.ProcessId) _view.Write(0, 0);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
