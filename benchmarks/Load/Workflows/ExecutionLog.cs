using System.Globalization;
using System.Text;

namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>
/// A line an execution, written straight to a file so that it outlives kill -9: by it executions that took place twice are
/// counted. Does nothing where no file is given.
/// </summary>
public sealed class ExecutionLog(string? path) : IDisposable
{
    private readonly FileStream? _file = path is null
        ? null
        : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    private readonly Lock _gate = new();

    /// <summary>Notes one execution.</summary>
    public void Write(string id, int step)
    {
        if (_file is null) return;
        var line = Encoding.UTF8.GetBytes($"{id} {step} {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}\n");
        lock (_gate) _file.Write(line);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file?.Dispose();

    /// <summary>
    /// The executions of a step (or attempt): whose, and when, in Unix milliseconds. A half-written line is left out.
    /// </summary>
    public static List<(string Id, long At)> Of(string path, int step)
    {
        var found = new List<(string, long)>();
        if (!File.Exists(path)) return found;
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            var parts = line.Split(' ');
            if (parts.Length == 3 && parts[1] == step.ToString(CultureInfo.InvariantCulture) && parts[2].Length >= 13)
                found.Add((parts[0], long.Parse(parts[2], CultureInfo.InvariantCulture)));
        }

        return found;
    }

    /// <summary>Counts a file's executions.</summary>
    public static (int Distinct, int Executions, int Duplicates) Count(string path)
    {
        var steps = new Dictionary<string, int>();
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            var key = line[..line.LastIndexOf(' ')];
            steps[key] = steps.GetValueOrDefault(key) + 1;
        }

        return (steps.Count, steps.Values.Sum(), steps.Values.Sum(static n => n - 1));
    }
}
