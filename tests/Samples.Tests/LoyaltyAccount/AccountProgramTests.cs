using Orchestration.Samples.Tests.Support;

namespace Orchestration.Samples.Tests.LoyaltyAccount;

[Collection(SamplePrograms.Name)]
public sealed class AccountProgramTests : IDisposable
{
    private const string Sample = "Orchestration.Samples.LoyaltyAccount";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Run_KilledTwice_LosesAndDoublesNothing()
    {
        string[] arguments = ["--data", _directory.File("data"), "--tills", "5", "--receipts", "1500"];
        await SamplePrograms.KillAsync(
            Sample, _directory.File("data"), arguments,
            static () => SamplePrograms.KillAt("receipts", times: 3), static () => SamplePrograms.KillAt("receipts", times: 9));

        var (exitCode, output) = await SampleProcess.RunAsync(Sample, arguments);

        Assert.True(exitCode == 0, output);
        Assert.Contains("Found the account of an earlier process", output, StringComparison.Ordinal);
        Assert.Contains("7,500 receipts", output, StringComparison.Ordinal);
        Assert.Contains("Count: clean", output, StringComparison.Ordinal);

        var (fewer, message) = await SampleProcess.RunAsync(
            Sample, "--data", _directory.File("data"), "--tills", "5", "--receipts", "10");
        Assert.Equal(2, fewer);
        Assert.Contains("has more receipts already", message, StringComparison.Ordinal);
    }
}
