using System.Diagnostics;
using System.Globalization;

namespace Orchestration.Benchmarks.Load.Hosting;

/// <summary>A process that writes by the driver alone (<see cref="WriterMain"/>).</summary>
internal sealed class WriterProcess : IAsyncDisposable
{
    private readonly Process _process;

    private WriterProcess(Process process) => _process = process;

    /// <summary>The process.</summary>
    public int Id => _process.Id;

    /// <summary>Starts one.</summary>
    /// <param name="address">The store's address.</param>
    /// <param name="callers">How many turns it has in flight.</param>
    /// <param name="tag">Makes its runs unlike any other's.</param>
    public static WriterProcess Start(string address, int callers, string tag) =>
        new(OwnProcess.Start("writer", address, callers.ToString(CultureInfo.InvariantCulture), tag));

    /// <summary>How many turns it has written so far.</summary>
    public async Task<long> WrittenAsync()
    {
        await _process.StandardInput.WriteLineAsync("written");
        await _process.StandardInput.FlushAsync();
        var answer = await _process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The writer's process ended early; what it said is on standard error.");
        return long.Parse(answer, CultureInfo.InvariantCulture);
    }

    /// <summary>Lets it end what it writes.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
