namespace Orchestration.Samples.Tests.Support;

/// <summary>Samples that run as processes of their own run one after the other: they share the machine, and ports.</summary>
[CollectionDefinition(Name)]
public static class SamplePrograms
{
    public const string Name = "Sample programs";

    /// <summary>
    /// Runs a sample again and again over the same data, and kills it each time where it is to be killed. Where the machine held
    /// this process up for so long that the sample came to its end before, all of it is done again, from nothing.
    /// </summary>
    /// <param name="sample">The name of its assembly.</param>
    /// <param name="data">Its directory.</param>
    /// <param name="arguments">What it is told.</param>
    /// <param name="kills">Makes what hears its lines and kills it, a run each.</param>
    internal static async Task KillAsync(
        string sample, string data, string[] arguments, params Func<Action<SampleProcess, string>>[] kills)
    {
        for (var tries = 0; ; tries++)
        {
            var killed = 0;
            foreach (var kill in kills)
            {
                await using var process = SampleProcess.Start(sample, arguments, kill());
                if (await process.ExitCodeAsync() == 0) break;
                killed++;
            }

            if (killed == kills.Length) return;
            Assert.True(tries < 5, $"{sample} is never killed in its midst.");
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Kills a sample when it has written so many lines that contain a text.</summary>
    internal static Action<SampleProcess, string> KillAt(string text, int times)
    {
        var seen = 0;
        return (process, line) =>
        {
            if (line.Contains(text, StringComparison.Ordinal) && ++seen == times) process.Kill();
        };
    }
}
