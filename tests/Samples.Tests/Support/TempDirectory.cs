namespace Orchestration.Samples.Tests.Support;

/// <summary>A folder of a test's own, gone with it.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("samples-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Deletes it, unless somebody writes into it meanwhile.</summary>
    public bool TryDelete()
    {
        try
        {
            if (Directory.Exists(Path)) Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
