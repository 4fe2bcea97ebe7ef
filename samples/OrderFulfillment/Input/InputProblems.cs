namespace Orchestration.OrderFulfillment.Input;

/// <summary>Collects what is wrong with the input: all of it in a file, the first few on the console.</summary>
/// <param name="path">The file; written anew by each run that has problems.</param>
/// <param name="console">The console.</param>
public sealed class InputProblems(string path, TextWriter console) : IDisposable
{
    private const int Shown = 20;

    private StreamWriter? _file;

    /// <summary>How many lines could not be used.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a problem down.</summary>
    public void Add(InputProblem problem)
    {
        _file ??= new StreamWriter(path, append: false);
        _file.WriteLine(problem);
        if (++Count <= Shown) console.WriteLine(problem);
    }

    /// <summary>Says where the rest is, and closes the file.</summary>
    public void Dispose()
    {
        if (Count > Shown) console.WriteLine($"... and {Count - Shown} more lines that cannot be used: see {path}");
        _file?.Dispose();
    }
}
