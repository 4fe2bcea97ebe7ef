using System.Globalization;
using Orchestration.Samples.Tests.Support;
using Orchestration.Tests.Support;

namespace Orchestration.Samples.Tests.ExpenseApproval;

[Collection(SamplePrograms.Name)]
public sealed class ApprovalProgramTests : IDisposable
{
    private const string Sample = "Orchestration.Samples.ExpenseApproval";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Run_KilledWhilePeopleThink_EndsEveryRequestAsItShould()
    {
        string[] arguments = ["--data", _directory.File("data"), "--deadline", "2000"];
        await SamplePrograms.KillAsync(
            Sample, _directory.File("data"), arguments, static () => SamplePrograms.KillAt("to head of department", times: 1));

        var (exitCode, output) = await SampleProcess.RunAsync(Sample, arguments);

        Assert.True(exitCode == 0, output);
        Assert.Contains("expense 1 (a train ticket): Approved", output, StringComparison.Ordinal);
        Assert.Contains("expense 3 (an espresso machine): Rejected", output, StringComparison.Ordinal);
        Assert.Contains("expense 4 (a sailing boat): Expired", output, StringComparison.Ordinal);
        Assert.Contains("expense 5 (a taxi): Withdrawn", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Yourself_IsAnsweredFromASecondProcess()
    {
        var port = FreePort();
        var token = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var first = SampleProcess.Start(
            Sample,
            ["--data", _directory.File("data"), "--deadline", "60000", "--yourself", "--port", port],
            (_, line) =>
            {
                if (line.Split("approve ") is [_, var rest]) token.TrySetResult(rest.Split(' ')[0]);
            });
        var letter = await token.Task.WaitAsync(Eventually.Limit);

        var (yes, answered) = await SampleProcess.RunAsync(Sample, "approve", letter, "--port", port);
        var (no, late) = await SampleProcess.RunAsync(Sample, "reject", letter, "--port", port);
        var (bad, wrong) = await SampleProcess.RunAsync(Sample, "approve", "not-a-token", "--port", port);

        Assert.True(yes == 0, answered);
        Assert.Equal("Approved.", answered.Trim());
        Assert.Equal(1, no);
        Assert.StartsWith("Too late", late, StringComparison.Ordinal);
        Assert.Equal(2, bad);
        Assert.Contains("token", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_NobodyThere_SaysSo()
    {
        var (exitCode, output) = await SampleProcess.RunAsync(Sample, "approve", "some-token", "--port", FreePort());
        Assert.Equal(2, exitCode);
        Assert.Contains("Is the sample running", output, StringComparison.Ordinal);
    }

    private static string FreePort() => FreePorts.Take().ToString(CultureInfo.InvariantCulture);
}
