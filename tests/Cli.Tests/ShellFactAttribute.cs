namespace Orchestration.Cli.Tests;

/// <summary>
/// A test that needs a shell. Where that is missing it is skipped, and says so; the full form of the test command installs
/// shells, and there a missing one fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute(string shell)
    {
        if (!File.Exists(shell) && Environment.GetEnvironmentVariable("ORCHESTRATION_LONG_TESTS") is null)
            Skip = $"{shell} is not installed; ./test.sh --full installs it.";
    }
}
