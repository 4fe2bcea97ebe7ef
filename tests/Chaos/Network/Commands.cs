using System.Diagnostics;

namespace Orchestration.Chaos.Network;

/// <summary>Programs of the system, run to their end.</summary>
internal static class Commands
{
    /// <summary>Runs a script of the shell, which ends at its first failure.</summary>
    public static async Task ShellAsync(string script)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardError = true };
        start.ArgumentList.Add("-ec");
        start.ArgumentList.Add(script);
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new ChaosUnable($"This failed: {script}\n{said}");
    }

    /// <summary>Whether a program is there.</summary>
    public static bool Exist(string program) =>
        "/usr/sbin:/sbin:/usr/bin:/bin".Split(':').Any(d => File.Exists(Path.Combine(d, program)));
}
