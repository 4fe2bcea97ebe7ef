namespace Orchestration.Samples.Tests.Support;

/// <summary>Samples that run as processes of their own run one after the other: they share the machine, and ports.</summary>
[CollectionDefinition(Name)]
public static class SamplePrograms
{
    public const string Name = "Sample programs";

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
