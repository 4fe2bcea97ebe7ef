using System.Globalization;

namespace Orchestration.Simulation.Tests;

/// <summary>
/// Whole clusters under seeds: a smoke of what <c>dotnet run -c Release --project tests/Simulation -- --from 1 --count
/// 1000000</c> does for as long as one likes.
/// </summary>
public sealed class SimulationTests
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("ORCHESTRATION_LONG_TESTS") == "1";

    /// <summary>Seeds that found something once; what it was is in the log of their commit.</summary>
    [Theory]
    [InlineData("1")]
    [InlineData("8")]
    [InlineData("43")]
    [InlineData("10323")]
    [InlineData("20112")]
    [InlineData("20969")]
    public async Task Live_SeedThatFailedOnce_FindsNothing(string seed)
    {
        var (code, said) = await SimulationRun.RunAsync("--from", seed, "--count", "1");

        Assert.True(code == 0, said);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(200_000)]
    public async Task Live_ManySeeds_NothingIsLostOrDoubled(int from)
    {
        var (code, said) = await SimulationRun.RunAsync("--from", Text(from), "--count", Long ? "5000" : "25");

        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task Live_SameSeedInTwoProcesses_TakesTheSameCourse()
    {
        string[] arguments = ["--from", "7", "--count", "4", "--course"];

        var (_, one) = await SimulationRun.RunAsync(arguments);
        var (_, other) = await SimulationRun.RunAsync(arguments);

        var courses = Courses(one);
        Assert.Equal(4, courses.Length);
        Assert.Equal(courses, Courses(other));
    }

    /// <summary>What breaks a rule of the commit protocol is found, each within a few seeds.</summary>
    [Theory]
    [InlineData("UnconditionalAppend", 50)]
    [InlineData("RunnableCalledParked", 50)]
    [InlineData("AnsweredBeforeDurable", 50)]
    [InlineData("OwingForgotten", 120)]
    [InlineData("RunnableNotFound", 50)]
    [InlineData("DueNotFound", 50)]
    public async Task Live_BrokenRule_IsFound(string rule, int within)
    {
        var (code, said) = await SimulationRun.RunAsync("--break", rule, "--from", "1", "--count", Text(within), "--stop");

        Assert.True(code == 1, said);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string[] Courses(string said) =>
        [.. said.Split('\n').Where(static line => line.StartsWith("COURSE", StringComparison.Ordinal))];
}
