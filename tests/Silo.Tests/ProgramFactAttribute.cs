namespace Orchestration.Silo.Tests;

/// <summary>
/// A test that needs a program of the machine's. Where it is missing the test is skipped, and says so; the full form of the
/// test command installs such programs, and there a missing one is a failure.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string program)
    {
        var places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (Environment.GetEnvironmentVariable("ORCHESTRATION_LONG_TESTS") is null
            && !places.Any(place => File.Exists(Path.Combine(place, program))))
            Skip = $"{program} is not on the PATH; ./test.sh --full installs it.";
    }
}
