using Orchestration.Samples.Tests.Support;

namespace Orchestration.Samples.Tests.WordCount;

[Collection(SamplePrograms.Name)]
public sealed class WordCountProgramTests : IDisposable
{
    private const string Sample = "Orchestration.Samples.WordCount";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Run_TheRepositorysDocumentsKilledHalfWay_AgreesWithThePlainCount()
    {
        string[] arguments = ["--data", _directory.File("data"), "--chunk", "200", "--width", "2"];
        // Small chunks, so that most of the work is still to be done when the first line of progress has come through the pipe.
        await SamplePrograms.KillAsync(
            Sample, _directory.File("data"), arguments, static () => SamplePrograms.KillAt(" files", times: 1));

        var (exitCode, output) = await SampleProcess.RunAsync(Sample, arguments);

        Assert.True(exitCode == 0, output);
        Assert.Contains("Counted once more, plainly: the same.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhatCannotBe_SaysSo()
    {
        var (exitCode, output) = await SampleProcess.RunAsync(Sample, _directory.Path, "--data", _directory.File("data"));
        Assert.Equal(2, exitCode);
        Assert.Contains("is a directory: name files", output, StringComparison.Ordinal);

        File.WriteAllText(_directory.File("a.txt"), "a text");
        var (failed, reason) = await SampleProcess.RunAsync(
            Sample, _directory.File("a.txt"), _directory.File("none.txt"), "--data", _directory.File("data"));
        Assert.Equal(1, failed);
        Assert.Contains("At least 2 of 2 files", reason, StringComparison.Ordinal);

        var (some, sum) = await SampleProcess.RunAsync(
            Sample, _directory.File("a.txt"), _directory.File("none.txt"), "--at-least", "1", "--data", _directory.File("data"));
        Assert.True(some == 0, sum);
        Assert.Contains("left out: ", sum, StringComparison.Ordinal);
        Assert.Contains("2 words, 2 different ones, in 1 files", sum, StringComparison.Ordinal);
    }
}
