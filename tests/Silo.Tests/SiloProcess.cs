using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Orchestration.Tests.Support;

namespace Orchestration.Silo.Tests;

/// <summary>The real executable. Ended with the test, however that ends.</summary>
internal sealed class SiloProcess : IDisposable
{
    private const int Sigterm = 15, Sigstop = 19, Sigcont = 18;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly Task _reading;
    private TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SiloProcess(Process process)
    {
        _process = process;

        // Read all the while: what nobody reads would hold it up once the pipes are full.
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _errors));
    }

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>What it has written so far, its log included.</summary>
    public string Output
    {
        get { lock (_gate) return string.Join('\n', _output); }
    }

    /// <summary>What it has written to standard error so far.</summary>
    public string Error
    {
        get { lock (_gate) return string.Join('\n', _errors); }
    }

    public static SiloProcess Start(params string[] arguments) => Start([], arguments);

    /// <summary>Starts it behind other words, which run it: a namespace of its own, for one.</summary>
    public static SiloProcess Start(string[] prefix, string[] arguments)
    {
        string[] words = [.. prefix, "dotnet", typeof(SiloCommand).Assembly.Location, .. arguments];
        var start = new ProcessStartInfo(words[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in words.Skip(1)) start.ArgumentList.Add(word);
        return new SiloProcess(Process.Start(start)!);
    }

    /// <summary>Runs one to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var silo = Start(arguments);
        var code = await silo.ExitAsync();
        return (code, silo.Output, silo.Error);
    }

    /// <summary>Waits for the line that says where it listens.</summary>
    public async Task<int> ReadyAsync()
    {
        var line = await SaysAsync("Ready");
        return int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Waits for a line of its output that contains these words.</summary>
    public async Task<string> SaysAsync(string words)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            Task said;
            lock (_gate)
            {
                if (_output.Find(line => line.Contains(words, StringComparison.Ordinal)) is { } found) return found;
                said = _said.Task;
            }

            if (_reading.IsCompleted)
                throw new InvalidOperationException($"It ended and never said '{words}': {Error}\n{Output}");
            try
            {
                await Task.WhenAny(said, _reading).WaitAsync(limit.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"It never said '{words}' within {Limit}: {Error}\n{Output}", e);
            }
        }
    }

    /// <summary>Waits until it ends by itself; the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        await _reading.WaitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Sends SIGTERM; the exit code.</summary>
    public Task<int> TerminateAsync()
    {
        Assert.Equal(0, Kill(_process.Id, Sigterm));
        return ExitAsync();
    }

    /// <summary>Holds it as it is: its connections stay, and nobody answers. It stands when this is done.</summary>
    public async Task FreezeAsync()
    {
        Assert.Equal(0, Kill(_process.Id, Sigstop));
        await Eventually.EventuallyAsync(IsFrozen, "it stands still");
    }

    /// <summary>Lets it go on.</summary>
    public void Thaw() => Assert.Equal(0, Kill(_process.Id, Sigcont));

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    // Each of its threads stops by itself.
    private bool IsFrozen()
    {
        try
        {
            return Directory.GetDirectories($"/proc/{_process.Id}/task")
                .Select(static thread => File.ReadAllText(Path.Combine(thread, "stat")))
                .All(static stat => stat[stat.LastIndexOf(')') + 2] == 'T');
        }
        catch (IOException)
        {
            return false; // a thread that has just ended
        }
    }

    private async Task ReadAsync(StreamReader reader, List<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_gate)
            {
                lines.Add(line);
                _said.TrySetResult();
                _said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
