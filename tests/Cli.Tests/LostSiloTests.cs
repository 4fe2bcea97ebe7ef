using System.Diagnostics;
using Orchestration.Silo.Tests;
using Orchestration.Silo.Tests.Api;
using Orchestration.Tests.Support;

namespace Orchestration.Cli.Tests;

/// <summary>The command as a process of its own, against a silo process that is killed while it is in use.</summary>
public sealed class LostSiloTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("cli-lost-");
    private readonly string _place = $"127.0.0.1:{FreePorts.Take()}";

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task Silo_KilledWhileInUse_WatchGoesOnAndResultSaysWhatToDo()
    {
        using (var first = await StartSiloAsync())
        {
            Assert.Equal(0, (await CliRun.OfAsync(
                "workflow", "start", "talk", "--id", "held", "--input", "\"x\"", "--address", $"http://{_place}")).Exit);
            using var watch = Start("workflow", "describe", "held", "--watch");
            using var result = Start("workflow", "result", "held");
            string? line;
            do line = await watch.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Limit);
            while (line is not null && !line.EndsWith(" events", StringComparison.Ordinal));

            first.Kill();
            await first.ExitAsync();
            Assert.Equal(5, await ExitOfAsync(result));
            var error = await result.StandardError.ReadToEndAsync();
            Assert.Contains($"No silo answers at http://{_place}", error, StringComparison.Ordinal);
            Assert.Contains("--address", error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);

            using var second = await StartSiloAsync();
            Assert.Equal(0, (await CliRun.OfAsync(
                "workflow", "signal", "held", "End", "--address", $"http://{_place}")).Exit);
            Assert.Equal(0, await ExitOfAsync(watch));
            Assert.Contains("completed", await watch.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    private async Task<SiloProcess> StartSiloAsync()
    {
        var silo = SiloProcess.Start(
            "--data", _data.FullName, "--port", "0", "--http", _place, "--assembly", typeof(Talk).Assembly.Location);
        await silo.ReadyAsync();
        return silo;
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] words = [typeof(OrchestrationCommand).Assembly.Location, .. arguments, "--address", $"http://{_place}"];
        foreach (var word in words) start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }

    private static async Task<int> ExitOfAsync(Process process)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }
}
