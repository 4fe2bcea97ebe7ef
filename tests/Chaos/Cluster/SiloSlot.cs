using System.Diagnostics;
using System.Runtime.InteropServices;
using Orchestration.Chaos.Network;
using Orchestration.Chaos.Reporting;

namespace Orchestration.Chaos.Cluster;

/// <summary>
/// One silo's place: its namespace and address, and the process that runs there. A process that ends, by whatever cause, has a
/// successor after a moment, as under any supervisor.
/// </summary>
internal sealed class SiloSlot(
    int number, SiloNetwork network, IReadOnlyList<string> arguments, string log, Timeline timeline, TimeSpan replacementDelay)
{
    private const int SigStop = 19, SigContinue = 18, SigTerminate = 15;

    private readonly List<SiloLife> _lives = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;
    private Task _watching = Task.CompletedTask;
    private volatile bool _isStopping;

    /// <summary>The silo's number, from 0.</summary>
    public int Number => number;

    /// <summary>Whether a process runs there that is neither frozen nor cut off.</summary>
    public bool IsWell => IsReady && !IsHarmed;

    /// <summary>Whether its process has said that it serves, and has not ended.</summary>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully;

    /// <summary>Whether a fault is at work on it.</summary>
    public bool IsHarmed { get; set; }

    /// <summary>All processes that have run there.</summary>
    public IReadOnlyList<SiloLife> Lives
    {
        get
        {
            lock (_gate) return [.. _lives];
        }
    }

    /// <summary>Starts the first process, and successors from then on.</summary>
    public void Start() => _watching = WatchAsync();

    /// <summary>Waits until it serves.</summary>
    public Task ReadyAsync() => _ready.Task;

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        Mark();
        _process?.Kill();
    }

    /// <summary>SIGTERM; a successor follows.</summary>
    public void Leave()
    {
        Mark();
        Signal(SigTerminate);
    }

    /// <summary>SIGSTOP.</summary>
    public void Freeze()
    {
        Mark();
        Signal(SigStop);
    }

    /// <summary>SIGCONT.</summary>
    public void Continue() => Signal(SigContinue);

    /// <summary>Notes that the process that runs now may be taken for dead from now on.</summary>
    public void Mark()
    {
        lock (_gate) if (_lives.Count > 0) _lives[^1].Harms.Add(DateTimeOffset.UtcNow);
    }

    /// <summary>Ends it in good order.</summary>
    public async Task StopAsync()
    {
        _isStopping = true;
        Signal(SigContinue);
        Signal(SigTerminate);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        try
        {
            await _watching.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            timeline.Add($"silo {number} did not end within 40 s of SIGTERM; killed");
            _process?.Kill();
            await _watching;
        }
    }

    private async Task WatchAsync()
    {
        while (!_isStopping)
        {
            using var process = Launch();
            _process = process;
            await using var file = new StreamWriter(log, append: true);
            var errors = CopyAsync(process.StandardError, file);
            await ReadAsync(process, file);
            await process.WaitForExitAsync();
            await errors;
            _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_isStopping) return;
            timeline.Add($"silo {number} ended with exit code {process.ExitCode}");
            await Pause.ForAsync(replacementDelay);
        }
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] all = [.. network.EntranceOf(number), "dotnet", Path.Combine(AppContext.BaseDirectory, "Orchestration.Silo.dll"),
            .. arguments, "--address", SiloNetwork.AddressOf(number)];
        start.FileName = all[0];
        foreach (var argument in all.Skip(1)) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private async Task ReadAsync(Process process, StreamWriter file)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            await WriteAsync(file, line);
            const string As = $"{ChaosHost.Cluster}, as ";
            if (line.IndexOf(As, StringComparison.Ordinal) is >= 0 and var found)
                lock (_gate) _lives.Add(new SiloLife(number, line[(found + As.Length)..].Trim()));
            if (!line.StartsWith("Ready", StringComparison.Ordinal)) continue;
            timeline.Add($"silo {number} serves");
            _ready.TrySetResult();
        }
    }

    private static async Task CopyAsync(StreamReader from, StreamWriter to)
    {
        while (await from.ReadLineAsync() is { } line) await WriteAsync(to, line);
    }

    private static async Task WriteAsync(StreamWriter file, string line)
    {
        await Task.CompletedTask;
        lock (file)
        {
            file.WriteLine(line);
            file.Flush();
        }
    }

    private void Signal(int signal)
    {
        if (_process is { } process && kill(process.Id, signal) != 0)
            timeline.Add($"silo {number} could not be sent signal {signal}");
    }

    [DllImport("libc")]
#pragma warning disable IDE1006, SYSLIB1054, CA5392 // libc's own name, without unsafe code.
    private static extern int kill(int pid, int signal);
#pragma warning restore IDE1006, SYSLIB1054, CA5392
}

/// <summary>One process of a silo, under the name that the cluster knows it by.</summary>
internal sealed class SiloLife(int silo, string name)
{
    public int Silo => silo;

    public string Name => name;

    /// <summary>When it was killed, frozen or cut off.</summary>
    public List<DateTimeOffset> Harms { get; } = [];
}
