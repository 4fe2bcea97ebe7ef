using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Orchestration.Silo.Tests;

/// <summary>The real executable. Ended with the test, however that ends.</summary>
internal sealed class SiloProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private SiloProcess(Process process) => _process = process;

    public static SiloProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(SiloCommand).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return new SiloProcess(Process.Start(start)!);
    }

    /// <summary>Runs one to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var silo = Start(arguments);
        using var limit = new CancellationTokenSource(Limit);
        var output = silo._process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = silo._process.StandardError.ReadToEndAsync(limit.Token);
        await silo._process.WaitForExitAsync(limit.Token);
        return (silo._process.ExitCode, await output, await error);
    }

    /// <summary>Waits for the line that says where it listens.</summary>
    public async Task<int> ReadyAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            if (line.StartsWith("Ready", StringComparison.Ordinal))
                return int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        throw new InvalidOperationException($"It ended early: {await _process.StandardError.ReadToEndAsync(limit.Token)}");
    }

    /// <summary>Waits until it ends by itself; the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        _ = _process.StandardOutput.ReadToEndAsync(limit.Token);
        _ = _process.StandardError.ReadToEndAsync(limit.Token);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Sends SIGTERM; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        const int Sigterm = 15;
        using var limit = new CancellationTokenSource(Limit);
        Assert.Equal(0, Kill(_process.Id, Sigterm));

        // What nobody reads would hold it up once the pipes are full.
        _ = _process.StandardOutput.ReadToEndAsync(limit.Token);
        _ = _process.StandardError.ReadToEndAsync(limit.Token);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
