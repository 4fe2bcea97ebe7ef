using Orchestration.Samples.Tests.Support;

namespace Orchestration.Samples.Tests.SubscriptionBilling;

[Collection(SamplePrograms.Name)]
public sealed class BillingProgramTests : IDisposable
{
    private const string Sample = "Orchestration.Samples.SubscriptionBilling";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Run_KilledWithinTheYear_ChargesEveryMonthOnce()
    {
        string[] arguments = ["--data", _directory.File("data"), "--month", "400", "--months", "8"];
        await SamplePrograms.KillAsync(
            Sample, _directory.File("data"), arguments, static () => SamplePrograms.KillAt("3 months paid", times: 3));

        var (exitCode, output) = await SampleProcess.RunAsync(Sample, arguments);

        Assert.True(exitCode == 0, output);
        Assert.Contains("Audit: clean", output, StringComparison.Ordinal);
        Assert.Contains("dan: Unpaid", output, StringComparison.Ordinal);
        Assert.Contains("ben: Canceled, plan pro", output, StringComparison.Ordinal);
    }
}
