namespace Orchestration.Portable.Tests.Hosting;

/// <summary>A test over a directory of its own, which is gone with it.</summary>
public abstract class DirectoryTest : IAsyncLifetime, IDisposable
{
    /// <summary>The directory.</summary>
    protected string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("orchestration-portable-").FullName;

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    public void Dispose()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
        GC.SuppressFinalize(this);
    }
}
