using System.Diagnostics;
using System.Globalization;

namespace Orchestration.Benchmarks.Load.Hosting;

/// <summary>A silo's process as the driver holds it: started, ended in good order, or killed.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SiloProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>The process.</summary>
    public int Id => _process.Id;

    /// <summary>Where its gateway listens.</summary>
    public int Port { get; }

    /// <summary>Starts a silo and waits until it serves.</summary>
    public static async Task<SiloProcess> StartAsync(SiloArguments arguments)
    {
        var process = OwnProcess.Start("silo", arguments.ToString());
        try
        {
            var ready = await ReadAsync(process, "READY ");
            return new SiloProcess(process, int.Parse(ready, CultureInfo.InvariantCulture));
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Collects its garbage; the bytes that are left.</summary>
    public async Task<long> CollectAsync()
    {
        await _process.StandardInput.WriteLineAsync("gc");
        await _process.StandardInput.FlushAsync();
        return long.Parse(await ReadAsync(_process, "GC "), CultureInfo.InvariantCulture);
    }

    /// <summary>How many requests it has sent to its store.</summary>
    public async Task<long> RequestsAsync()
    {
        await _process.StandardInput.WriteLineAsync("requests");
        await _process.StandardInput.FlushAsync();
        return long.Parse(await ReadAsync(_process, "REQUESTS "), CultureInfo.InvariantCulture);
    }

    /// <summary>kill -9, and waits until the process is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends it in good order, or by force after 20 s.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync("The silo did not end by itself within 20 s; killed.");
                await KillAsync();
            }
        }

        _process.Dispose();
    }

    private static async Task<string> ReadAsync(Process process, string prefix)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith(prefix, StringComparison.Ordinal)) return line[prefix.Length..];
        throw new InvalidOperationException("The silo's process ended early; what it said is on standard error.");
    }
}
