using System.Diagnostics;

namespace Orchestration.Benchmarks.Load.Hosting;

/// <summary>The driver started again, as a process of what is measured.</summary>
internal static class OwnProcess
{
    /// <summary>Starts one, which is told what to do by a verb and its arguments, and then on its standard input.</summary>
    public static Process Start(string verb, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // "dotnet run" starts the application's own executable; under "dotnet Load.dll" the assembly has to be named.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(OwnProcess).Assembly.Location);
        start.ArgumentList.Add(verb);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
