using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql.Schema;

/// <summary>
/// One file of a directory of witnesses. Several silos of a machine may share the directory: each holds a file of its own, by a
/// lock of the operating system, for as long as it lives; one that is free was left by a silo that has gone.
/// </summary>
internal sealed class WitnessFile : IDisposable
{
    private const int MostFiles = 1_000;

    private readonly FileStream _lock;

    private WitnessFile(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Holds all that are free.</summary>
    /// <exception cref="Grains.Storage.StoreRefused">The directory cannot be written.</exception>
    public static List<WitnessFile> TakeFree(string directory, Guid dataSet)
    {
        var taken = new List<WitnessFile>();
        try
        {
            Directory.CreateDirectory(directory);
            for (var n = 0; n < MostFiles; n++)
            {
                var path = System.IO.Path.Combine(directory, $"postgresql-{dataSet:N}.{n}.witness");
                var isNew = !File.Exists(path);
                if (isNew && taken.Count > 0) return taken;
                if (Hold(path + ".lock") is { } held) taken.Add(new WitnessFile(path, held));
            }

            return taken.Count > 0 ? taken : throw Failures.Unfit($"{directory} has {MostFiles} witnesses in use; name another.");
        }
        catch (Exception e)
        {
            foreach (var file in taken) file.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw Failures.Unfit(
                    $"{directory}, where the store's witness is kept, cannot be used ({e.Message}); name another.", e);
            throw;
        }
    }

    /// <summary>What was noted last; null where nothing was.</summary>
    /// <exception cref="Grains.Storage.StoreRefused">It cannot be read.</exception>
    public WitnessNote? Read()
    {
        try
        {
            return WitnessNote.Parse(File.ReadAllText(Path))
                ?? throw Failures.Unfit($"{Path} is no witness of a store; remove it if nothing else needs it.");
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failures.Unfit($"{Path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Replaces what is noted. Durable when it returns.</summary>
    public void Write(WitnessNote note)
    {
        var temporary = Path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(note.ToString()));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, Path, overwrite: true);
    }

    /// <summary>Lets it go.</summary>
    public void Dispose() => _lock.Dispose();

    private static FileStream? Hold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
        {
            return null; // another silo's
        }
    }
}
