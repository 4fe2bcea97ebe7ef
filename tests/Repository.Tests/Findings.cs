namespace Orchestration.Repository.Tests;

/// <summary>Fails with all that was found, not with the first of it.</summary>
internal static class Findings
{
    public static void None(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        if (all.Count > 0) Assert.Fail($"{all.Count} found:{Environment.NewLine}{string.Join(Environment.NewLine, all)}");
    }
}
