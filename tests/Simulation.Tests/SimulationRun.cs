using System.Diagnostics;

namespace Orchestration.Simulation.Tests;

/// <summary>Worlds lived through in a process of their own.</summary>
internal static class SimulationRun
{
    /// <summary>Whether the long form of the suite runs.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("ORCHESTRATION_LONG_TESTS") == "1";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(IsLong ? 15 : 5);

    /// <returns>Its exit code, and what it said.</returns>
    public static async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileName(host).StartsWith("dotnet",
            StringComparison.Ordinal) ? host : "dotnet")
        {
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Program());
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var said = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, said);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    // Beside this assembly's own place: tests/Simulation.Tests/bin/CONFIGURATION/FRAMEWORK.
    private static string Program()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(own.Parent!.Parent!.Parent!.Parent!.FullName, "Simulation", "bin", own.Parent.Name, own.Name,
            "Orchestration.Simulation.dll");
    }
}
