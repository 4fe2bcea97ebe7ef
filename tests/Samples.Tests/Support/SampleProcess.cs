using System.Diagnostics;
using System.Text;

namespace Orchestration.Samples.Tests.Support;

/// <summary>A built sample as a process of its own, whose output is watched line by line.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _output = new();
    private readonly Process _process;
    private readonly Task _reading;

    private SampleProcess(Process process, Action<SampleProcess, string> onLine)
    {
        _process = process;
        _reading = Task.WhenAll(
            ReadAsync(process.StandardOutput, onLine), ReadAsync(process.StandardError, static (_, _) => { }));
    }

    /// <summary>All that it has written so far.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>
    /// Starts a sample by the name of its assembly; <paramref name="onLine"/> hears every line of its standard output.
    /// </summary>
    public static SampleProcess Start(
        string assembly, IEnumerable<string> arguments, Action<SampleProcess, string>? onLine = null)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return new SampleProcess(Process.Start(start)!, onLine ?? (static (_, _) => { }));
    }

    /// <summary>Starts it, waits for its end and returns its exit code; the output is its own.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string assembly, params string[] arguments)
    {
        await using var process = Start(assembly, arguments);
        return (await process.ExitCodeAsync(), process.Output);
    }

    /// <summary>SIGKILL: no handler of the process runs.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitCodeAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Limit);
            await _reading.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(
                $"The sample (process {_process.Id}) did not end within {Limit.TotalSeconds} s. It wrote:\n{Output}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    // On a thread of its own: a line that is heard only once the pool has a thread to spare may come when the process has ended.
    private Task ReadAsync(StreamReader reader, Action<SampleProcess, string> onLine) => Task.Factory.StartNew(
        () =>
        {
            while (reader.ReadLine() is { } line)
            {
                lock (_output) _output.AppendLine(line);
                onLine(this, line);
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
